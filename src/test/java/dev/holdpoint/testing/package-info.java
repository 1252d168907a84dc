/** Scripted stand-ins for what Holdpoint talks to. They fail loudly when their script runs out. */
@NullMarked
package dev.holdpoint.testing;

import org.jspecify.annotations.NullMarked;
