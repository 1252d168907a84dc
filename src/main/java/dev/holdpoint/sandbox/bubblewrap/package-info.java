/**
 * How does a command run where there is no container engine?
 *
 * <p>One rule: each command gets its own namespaces, and dies with them: nothing that it started outlives it.
 *
 * <p>Start reading at {@link dev.holdpoint.sandbox.bubblewrap.BubblewrapSandboxes}.
 */
@NullMarked
package dev.holdpoint.sandbox.bubblewrap;

import org.jspecify.annotations.NullMarked;
