/**
 * What can the model do?
 *
 * <p>One rule: a tool takes an {@link dev.holdpoint.approval.ApprovedCall} and nothing else. What the model got wrong is a
 * result that says how to mend it, never an exception.
 *
 * <p>Start reading at {@link dev.holdpoint.tool.Toolbox}.
 */
@NullMarked
package dev.holdpoint.tool;

import org.jspecify.annotations.NullMarked;
