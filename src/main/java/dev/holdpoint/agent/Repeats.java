package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.journal.RequestKnown;
import dev.holdpoint.journal.Requests;
import dev.holdpoint.journal.Requests.Carried;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests that are sent again, because their answer got lost: each has the same answer and no second effect. */
final class Repeats {

    private static final Logger LOG = LoggerFactory.getLogger(Repeats.class);

    /** The longest time between two looks for keys to forget; shorter where keys live shorter. */
    private static final Duration FORGET_EVERY = Duration.ofMinutes(10);

    /** Keys forgotten at once: the store is held for milliseconds. */
    private static final int FORGET_BATCH = 500;

    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    private final Journal journal;
    private final Requests requests;
    private final Duration ttl;
    private final Clock clock;
    private Instant forgetAt = Instant.MIN;

    /** @param ttl how long a key is known, at least */
    Repeats(Journal journal, Duration ttl, Clock clock) {
        this.journal = journal;
        this.requests = journal.requests();
        this.ttl = ttl;
        this.clock = clock;
    }

    /**
     * What the request led to when it came before; empty if it is new, or has no key.
     *
     * @throws Refused if its key stands for another request
     */
    Optional<Carried> earlier(@Nullable RequestKey request) {
        if (request == null) {
            return Optional.empty();
        }
        Optional<Carried> earlier = requests.carried(request);
        if (earlier.isPresent() && !earlier.get().fingerprint().equals(request.fingerprint())) {
            throw new Refused(
                    Code.IDEMPOTENCY_MISMATCH,
                    "This Idempotency-Key was sent with another request. Send a new key with a new request.");
        }
        return earlier;
    }

    /**
     * The thread as it was right after the request was carried out; empty if it wasn't yet.
     *
     * @param make what made the events of the request, of the thread as it was: it says how many there were
     */
    Optional<ThreadState> leftBy(
            ThreadId id, @Nullable RequestKey request, Function<ThreadState, List<? extends Event>> make) {
        return earlier(request).map(earlier -> {
            ThreadState state = advance(new ThreadState(id), earlier.before());
            return advance(state, earlier.before() + make.apply(state).size());
        });
    }

    private ThreadState advance(ThreadState state, long seq) {
        if (Turn.catchUp(journal, state, seq).seq() < seq) {
            throw Refused.unknownThread();
        }
        return state;
    }

    /**
     * How an answer is kept for those who ask again.
     *
     * @param unknown the answer when the command was started, and nobody can tell what came of it
     */
    record Stored<T>(Function<T, String> write, Function<String, T> read, T unknown) {}

    /** A person's command, which runs when this is called. */
    interface Command<T> {
        /** @throws SandboxUnavailable if it was certainly not started; so it is with {@link Refused} */
        T run() throws SandboxUnavailable, InterruptedException;
    }

    /**
     * Runs a command that its sender may send again, at most once.
     *
     * @throws Refused while it runs for an earlier sending: a command may take an hour, on any process, so its sender
     *     comes back for the answer rather than hold a connection until then
     */
    <T> T once(ThreadId thread, @Nullable RequestKey request, Stored<T> stored, Command<T> command)
            throws SandboxUnavailable, InterruptedException {
        if (request == null) {
            return command.run();
        }
        Optional<Carried> earlier = earlier(request);
        if (earlier.isPresent()) {
            return answered(earlier.get(), stored);
        }
        try {
            requests.take(request, thread);
        } catch (RequestKnown e) {
            return once(thread, request, stored, command);
        }
        return taken(request, stored, command);
    }

    /** What is known of the request that was sent with this key; empty if none was. */
    Optional<Carried> known(ThreadId thread, String key) {
        return requests.carried(new RequestKey(thread.value(), key, ""));
    }

    /** @throws Refused while it is under way */
    static <T> T answered(Carried earlier, Stored<T> stored) {
        if (earlier.underWay()) {
            throw new Refused(Code.REQUEST_IN_PROGRESS, "This command is still running. Ask again later.");
        }
        return earlier.answer() == null ? stored.unknown() : stored.read().apply(earlier.answer());
    }

    private <T> T taken(RequestKey request, Stored<T> stored, Command<T> command)
            throws SandboxUnavailable, InterruptedException {
        boolean started = true;
        String answer = null;
        try {
            T done = command.run();
            answer = stored.write().apply(done);
            return done;
        } catch (Refused | SandboxUnavailable e) {
            started = false;
            throw e;
        } finally {
            String settled = answer;
            patiently(started ? () -> requests.settle(request, settled) : () -> requests.withdraw(request));
        }
    }

    /** No answer is given that isn't stored: a store that is away for a while is waited for. */
    private static void patiently(Runnable work) {
        while (true) {
            try {
                work.run();
                return;
            } catch (JournalUnavailable e) {
                LOG.warn("the store is unavailable: the answer to a command waits for it", e);
                Uninterrupted.sleep(STORE_RETRY);
            }
        }
    }

    /** Forgets some of the keys that are too old, if it is time to. To be called often, by one thread. */
    void forgetSome() {
        Instant now = clock.instant();
        if (now.isBefore(forgetAt)) {
            return;
        }
        boolean more = requests.forget(now.minus(ttl), FORGET_BATCH) == FORGET_BATCH;
        forgetAt = more ? now : now.plus(ttl.compareTo(FORGET_EVERY) < 0 ? ttl : FORGET_EVERY);
    }
}
