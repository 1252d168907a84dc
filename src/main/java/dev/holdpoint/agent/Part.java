package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;

/**
 * A preview and where it begins in what it belongs to: whoever has all that is before it can add it, and whoever has it
 * already can tell.
 *
 * @param at characters before it
 */
record Part(long at, Delta delta) {}
