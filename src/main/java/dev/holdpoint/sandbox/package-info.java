/**
 * Where do commands run?
 *
 * <p>One rule: the host never resolves a path that a sandbox can change, and what isn't known about a command is never
 * reported as success. Life cycle ({@link dev.holdpoint.sandbox.Sandboxes}) is apart from use
 * ({@link dev.holdpoint.sandbox.Sandbox}).
 *
 * <p>Start reading at {@link dev.holdpoint.sandbox.Sandboxes}.
 */
@NullMarked
package dev.holdpoint.sandbox;

import org.jspecify.annotations.NullMarked;
