/**
 * What does the model say next?
 *
 * <p>One rule: an answer is whole or it failed. Nothing that broke off is ever handed over as complete.
 *
 * <p>Start reading at {@link dev.holdpoint.llm.Llm}.
 */
@NullMarked
package dev.holdpoint.llm;

import org.jspecify.annotations.NullMarked;
