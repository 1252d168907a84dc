package dev.holdpoint.agent;

import java.time.Instant;

/**
 * The run under way, or the last one.
 *
 * @param startedAt when this run began, not its turn
 */
record Run(String id, Instant startedAt) {}
