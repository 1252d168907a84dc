package dev.holdpoint.sandbox.docker;

/** Nothing can be started in a container any more, for instance as it has no room for a process. */
final class NoShell extends Exception {

    private static final long serialVersionUID = 1L;
}
