package dev.holdpoint.agent;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.List;
import java.util.Optional;

/**
 * One follower's place in a thread. It is asked for what comes next only when the client has taken what came before, so
 * a slow client costs nothing but its place, and what piled up meanwhile comes in fewer, larger pieces.
 */
final class ThreadCursor {

    /** Events read from the store at once; fewer when they are large. */
    static final int BATCH = 128;

    private final Journal journal;
    private final LiveThread live;
    private final ThreadId thread;
    private final Place place = new Place();
    private final StreamSettings settings;
    private boolean primed;
    private long seq;

    ThreadCursor(Journal journal, LiveThread live, ThreadId thread, long after, StreamSettings settings) {
        this.journal = journal;
        this.live = live;
        this.thread = thread;
        this.seq = after;
        this.settings = settings;
    }

    /** What comes next, in order and never empty; {@code Idle} after a silence; an empty list when nothing more will come. */
    Uni<List<Seen>> next() {
        return Uni.createFrom().emitter(emitter -> {
            long idleAt = System.nanoTime() + idleNanos();
            if (primed) {
                look(emitter, idleAt);
            } else {
                primed = true;
                Thread.startVirtualThread(() -> prime(emitter, idleAt));
            }
        });
    }

    /** A tenth early: those who wait are looked after once a second, and the silence must not be longer than it says. */
    private long idleNanos() {
        return settings.heartbeat().toNanos() / 10 * 9;
    }

    /** Learns where the journal ends: only what is appended from now on is told. */
    private void prime(UniEmitter<? super List<Seen>> emitter, long idleAt) {
        try {
            Optional<Long> last = journal.lastSeq(thread);
            if (last.isEmpty()) {
                emitter.complete(List.of());
                return;
            }
            live.known(last.get());
            live.fetch(last.get(), after -> journal.read(thread, after, Turn.PAGE, settings.bufferBytes()));
            look(emitter, idleAt);
        } catch (RuntimeException e) {
            emitter.fail(e);
        }
    }

    private void look(UniEmitter<? super List<Seen>> emitter, long idleAt) {
        boolean mayWait = System.nanoTime() < idleAt;
        switch (live.look(this, mayWait ? () -> look(emitter, idleAt) : null)) {
            case LiveThread.View.News(var items) -> emitter.complete(items);
            case LiveThread.View.AskStore _ -> Thread.startVirtualThread(() -> ask(emitter));
            case LiveThread.View.Gone _ -> emitter.complete(List.of());
            case LiveThread.View.Wait _ -> {
                if (!mayWait) {
                    emitter.complete(List.of(new Seen.Idle()));
                }
            }
        }
    }

    private void ask(UniEmitter<? super List<Seen>> emitter) {
        try {
            List<Recorded> events = journal.read(thread, seq, BATCH, settings.bufferBytes());
            if (events.isEmpty()) {
                emitter.complete(List.of());
            } else {
                emitter.complete(live.withOutput(this, events));
            }
        } catch (RuntimeException e) {
            emitter.fail(e);
        }
    }

    long seq() {
        return seq;
    }

    void moveTo(long reached) {
        seq = reached;
    }

    Place place() {
        return place;
    }
}
