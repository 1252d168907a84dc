package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Recorded;

/** Something that a follower of a thread sees. */
public sealed interface Seen {

    /** An event, in order, each once. */
    record Fact(Recorded recorded) implements Seen {}

    /** What is about to become one. */
    record Preview(Delta delta) implements Seen {}

    /** Nothing happened for a while. */
    record Idle() implements Seen {}
}
