package dev.holdpoint.api;

import org.jspecify.annotations.Nullable;

/**
 * One server-sent event.
 *
 * @param id the sequence of the journaled event that ends with this frame; absent on previews
 * @param json one line
 */
record Frame(@Nullable Long id, String type, String json) {}
