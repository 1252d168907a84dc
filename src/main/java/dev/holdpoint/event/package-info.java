/**
 * What can happen to a thread?
 *
 * <p>Facts ({@link dev.holdpoint.event.Event}) are stored and never change; previews ({@link dev.holdpoint.event.Delta})
 * are shown and forgotten. This package knows nothing of the others, and its records validate themselves.
 *
 * <p>Start reading at {@link dev.holdpoint.event.Event}.
 */
@NullMarked
package dev.holdpoint.event;

import org.jspecify.annotations.NullMarked;
