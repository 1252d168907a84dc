/**
 * May this call run?
 *
 * <p>One rule: only this package makes an {@link dev.holdpoint.approval.ApprovedCall}, and a tool takes nothing else. What
 * was approved is what runs: a digest over tool and arguments is shown, stored and checked again right before the call.
 *
 * <p>Start reading at {@link dev.holdpoint.approval.ApprovalPolicy}.
 */
@NullMarked
package dev.holdpoint.approval;

import org.jspecify.annotations.NullMarked;
