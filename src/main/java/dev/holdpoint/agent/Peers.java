package dev.holdpoint.agent;

import dev.holdpoint.agent.PeerMessage.Gone;
import dev.holdpoint.agent.PeerMessage.Moved;
import dev.holdpoint.agent.PeerMessage.Previewed;
import dev.holdpoint.agent.PeerMessage.Watched;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other processes on the same store. They are told where journals have moved to, and shown the previews of the turns
 * that run here, while somebody follows there. What they tell is taken in. All of it only makes things quicker:
 * {@link #poll} finds whatever a lost message would have told, save for previews.
 */
final class Peers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    /** Previews are gathered for so long before they are sent. */
    private static final Duration GATHER = Duration.ofMillis(50);
    /** Followers are made known again so often, and count for twice as long and a little. */
    private static final Duration REMIND = Duration.ofSeconds(5);

    private static final Duration WATCH = Duration.ofSeconds(12);
    /** Pieces of previews of one thread in one round; what is left comes with the next. */
    private static final int PIECES = 64;
    /** Threads that wait here are looked after with each so many'th poll: nothing is urgent about them. */
    private static final int PARKED_EVERY = 30;
    /** Threads in one question to the store. */
    private static final int POLLED = 500;

    private final String self;
    private final Link link;
    private final Journal journal;
    private final LiveThreads live;
    private final Turns turns;
    private final Consumer<ThreadId> gone;
    private final Map<ThreadId, Watch> watches = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("holdpoint-peers").factory());

    /** Only counted by {@link #poll}. */
    private int polls;

    /** Somebody follows a thread in another process. */
    private static final class Watch {
        private volatile long until;
        private volatile Place place = new Place();
    }

    /** @param gone called for a thread that another process deleted; it may be called twice */
    Peers(String self, Link link, Journal journal, LiveThreads live, Turns turns, Consumer<ThreadId> gone) {
        this.self = self;
        this.link = link;
        this.journal = journal;
        this.live = live;
        this.turns = turns;
        this.gone = gone;
    }

    void begin() {
        if (!link.reachesOthers()) {
            return;
        }
        link.receive(text -> PeerMessage.read(text, self).ifPresent(this::heard));
        live.onFollowed(id -> watch(List.of(id), true));
        var _ = timer.scheduleWithFixedDelay(guarded(this::show), 0, GATHER.toMillis(), TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(guarded(this::remind), 0, REMIND.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("other processes could not be told what happens here", e);
            }
        };
    }

    private void say(PeerMessage message) {
        if (link.reachesOthers()) {
            String text = message.text(self);
            if (text.length() <= Link.MAX_CHARS) {
                link.send(text);
            }
        }
    }

    void moved(ThreadId thread, long seq) {
        say(new Moved(thread, seq));
    }

    void deleted(ThreadId thread) {
        say(new Gone(thread));
    }

    private void heard(PeerMessage message) {
        switch (message) {
            case Moved m -> Thread.startVirtualThread(() -> news(m.thread(), m.seq()));
            case Gone m -> Thread.startVirtualThread(() -> gone.accept(m.thread()));
            case Watched m -> m.threads().forEach(id -> watched(id, m.anew()));
            case Previewed m -> {
                if (!live.preview(m.thread(), m.seq(), m.part()) && live.mayAskAnew(m.thread())) {
                    Thread.startVirtualThread(() -> askAnew(m.thread(), m.seq()));
                }
            }
        }
    }

    /** First the events that are missing, then all of the previews after them. */
    private void askAnew(ThreadId id, long seq) {
        news(id, seq);
        watch(List.of(id), true);
    }

    private void watched(ThreadId id, boolean anew) {
        watches.compute(id, (key, known) -> {
            Watch watch = known == null ? new Watch() : known;
            watch.until = System.nanoTime() + WATCH.toNanos();
            watch.place = anew ? new Place() : watch.place;
            return watch;
        });
    }

    private void watch(List<ThreadId> threads, boolean anew) {
        List<ThreadId> elsewhere =
                threads.stream().filter(id -> !turns.isWorking(id)).toList();
        for (int i = 0; i < elsewhere.size(); i += PeerMessage.THREADS) {
            say(new Watched(elsewhere.subList(i, Math.min(elsewhere.size(), i + PeerMessage.THREADS)), anew));
        }
    }

    private void remind() {
        watch(live.ids(), false);
        watches.values().removeIf(w -> w.until - System.nanoTime() < 0);
    }

    /** Shows what is new in turns that are followed elsewhere. */
    private void show() {
        watches.forEach((id, watch) -> {
            if (turns.isWorking(id)) {
                show(id, watch.place);
            }
        });
    }

    private void show(ThreadId id, Place place) {
        LiveThread.Previews news = live.previews(id, place);
        for (int i = 0; i < PIECES && !news.parts().isEmpty(); i++) {
            for (Part part : news.parts()) {
                PeerMessage.previewed(id, news.seq(), part).forEach(this::say);
            }
            news = live.previews(id, place);
        }
    }

    private void news(ThreadId id, long seq) {
        try {
            live.fetch(id, seq);
            turns.news(id, seq);
        } catch (JournalUnavailable e) {
            LOG.debug("news of a thread could not be read; polling finds them", e);
        }
    }

    /** Looks whether the store knows more of the threads that somebody works on or watches here. */
    void poll() {
        if (!link.reachesOthers()) {
            return;
        }
        List<ThreadId> ids = new ArrayList<>(live.ids());
        if (polls++ % PARKED_EVERY == 0) {
            ids.addAll(turns.parked());
        }
        for (int i = 0; i < ids.size(); i += POLLED) {
            List<ThreadId> some = ids.subList(i, Math.min(ids.size(), i + POLLED));
            Set<ThreadId> left = new HashSet<>(some);
            for (Journal.Listed listed : journal.find(some)) {
                left.remove(listed.thread());
                news(listed.thread(), listed.lastSeq());
            }
            left.forEach(gone);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        link.close();
    }
}
