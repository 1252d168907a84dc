/**
 * What happens next on this thread?
 *
 * <p>One rule: fold the journal, see what comes next, do it, append what happened. Starting a turn, going on after a
 * decision and recovering after a crash are the same code.
 *
 * <p>Start reading at {@link dev.holdpoint.agent.AgentOrchestrator}, then AgentLoop.
 */
@NullMarked
package dev.holdpoint.agent;

import org.jspecify.annotations.NullMarked;
