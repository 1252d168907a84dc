package dev.holdpoint.sandbox;

/**
 * How busy the sandboxes of this process are.
 *
 * @param running commands that run
 * @param waiting commands that wait for their turn
 */
public record CommandLoad(int running, int waiting) {

    public static final CommandLoad NONE = new CommandLoad(0, 0);
}
