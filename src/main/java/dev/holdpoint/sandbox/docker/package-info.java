/**
 * How does a command run in a container?
 *
 * <p>One rule: the engine's word is taken for an outcome only where it is certain; a stream that ended proves nothing.
 * Every call to the engine has a deadline, because its socket has none.
 *
 * <p>Start reading at {@link dev.holdpoint.sandbox.docker.DockerSandboxes}.
 */
@NullMarked
package dev.holdpoint.sandbox.docker;

import org.jspecify.annotations.NullMarked;
