package dev.holdpoint.agent;

import dev.holdpoint.sandbox.Changes;

/**
 * What differs in a workspace from what it was before a turn changed it.
 *
 * @param runId the turn's first run
 */
public record TurnChanges(String runId, Changes changes) {}
