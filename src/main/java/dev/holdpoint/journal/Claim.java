package dev.holdpoint.journal;

import dev.holdpoint.event.ThreadId;

/**
 * The right to write a thread's run, held by one process. Whoever claims the thread anew moves the epoch on, and all
 * that is written under an older one is refused.
 *
 * @param epoch moved on by each change of owner
 */
public record Claim(ThreadId thread, String owner, long epoch) {}
