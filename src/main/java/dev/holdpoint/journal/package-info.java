/**
 * What did happen?
 *
 * <p>One rule: an append names the sequence it expects, and the store decides the race. SQL lives here and nowhere else.
 *
 * <p>Start reading at {@link dev.holdpoint.journal.Journal}.
 */
@NullMarked
package dev.holdpoint.journal;

import org.jspecify.annotations.NullMarked;
