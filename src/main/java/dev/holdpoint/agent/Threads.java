package dev.holdpoint.agent;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Append;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.journal.RequestKnown;
import dev.holdpoint.journal.SequenceConflict;
import dev.holdpoint.journal.UnknownThread;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The threads as requests see and change them. Any process may do so, whoever has the run. */
final class Threads {

    private final Journal journal;
    private final ThreadStates states;
    private final Repeats repeats;

    Threads(Journal journal, ThreadStates states, Repeats repeats) {
        this.journal = journal;
        this.states = states;
        this.repeats = repeats;
    }

    /** The thread as it is now. @throws Refused if there is none */
    ThreadState state(ThreadId id) {
        ThreadState state = states.open(id);
        if (state.seq() == 0) {
            throw Refused.unknownThread();
        }
        return state;
    }

    boolean exists(ThreadId id) {
        return journal.lastSeq(id).isPresent();
    }

    /**
     * Appends what the function makes of the current state, and makes it anew when somebody else was faster. For a
     * request that was carried out before nothing is appended.
     *
     * @return the thread after that, now or then
     */
    ThreadState write(ThreadId id, @Nullable RequestKey request, Function<ThreadState, List<? extends Event>> make) {
        ThreadState state = state(id);
        while (true) {
            // Only now: if it is carried out after this look, this state is old, and the append fails.
            Optional<ThreadState> left = repeats.leftBy(id, request, make);
            if (left.isPresent()) {
                return left.get();
            }
            try {
                List<Event> events = List.copyOf(make.apply(state));
                return state.apply(
                        journal.append(Append.of(id, state.seq(), events).carryingOut(request)));
            } catch (SequenceConflict | RequestKnown e) {
                Turn.catchUp(journal, state);
            } catch (UnknownThread e) {
                throw Refused.unknownThread();
            }
        }
    }
}
