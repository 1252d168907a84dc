package dev.holdpoint.sandbox.docker;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A container that runs a thread's commands.
 *
 * @param startedAt as the engine wrote it; another value means that it was restarted by somebody else
 * @param made whether this process made it, rather than sharing what another one made
 * @param oomKills how many of its processes are known to have been killed for want of memory
 * @param shells wait in it for commands
 */
record DockerContainer(String id, String startedAt, boolean made, AtomicLong oomKills, Shells shells) {}
