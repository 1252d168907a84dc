/** The packaged program as a process of its own: how it starts, how it refuses to, how it dies and comes back. */
@NullMarked
package dev.holdpoint.process;

import org.jspecify.annotations.NullMarked;
