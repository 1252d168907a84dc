/**
 * How is it put together?
 *
 * <p>One rule: a wrong setting stops the start with one clear line, and nothing is replaced by something weaker in
 * silence. Here is the glue to the framework; what the service does is elsewhere.
 *
 * <p>Start reading at {@link dev.holdpoint.app.Main}, then Settings and Wiring.
 */
@NullMarked
package dev.holdpoint.app;

import org.jspecify.annotations.NullMarked;
