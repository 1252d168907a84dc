/**
 * How does a client say it?
 *
 * <p>One rule: everything is checked before a stream begins, and a stream always ends with an event. What a client sees is
 * made from the journal and nothing else.
 *
 * <p>Start reading at {@link dev.holdpoint.api.ChatResource}, then AgUi.
 */
@NullMarked
package dev.holdpoint.api;

import org.jspecify.annotations.NullMarked;
