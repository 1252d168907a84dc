package dev.holdpoint.approval;

import dev.holdpoint.event.Decision;
import java.util.List;

/** What the policy says of a call. */
public sealed interface Verdict {

    /** It may run at once. */
    record Allow() implements Verdict {}

    /** A person decides, in one of the allowed ways. */
    record Ask(String reason, List<Decision.Type> allowed) implements Verdict {
        public Ask {
            allowed = List.copyOf(allowed);
        }
    }

    /** It never runs; the reason goes to the model. */
    record Forbid(String reason) implements Verdict {}
}
