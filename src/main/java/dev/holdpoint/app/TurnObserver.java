package dev.holdpoint.app;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;

/** Looks on while turns happen. All calls come from one thread, the events of each thread in order. */
interface TurnObserver {

    /** @param before what was known of the thread before this event */
    void saw(Recorded recorded, ThreadFacts before);

    /** No more is remembered of this thread: it is gone, or others pushed it out. */
    default void forgot(ThreadId thread) {}

    /** Nothing more comes. */
    default void close() {}
}
