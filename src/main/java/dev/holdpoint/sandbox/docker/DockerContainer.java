package dev.holdpoint.sandbox.docker;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A container that this process made.
 *
 * @param startedAt as the engine wrote it; another value means that it was restarted by somebody else
 * @param oomKills how many of its processes are known to have been killed for want of memory
 */
record DockerContainer(String id, String startedAt, AtomicLong oomKills) {}
