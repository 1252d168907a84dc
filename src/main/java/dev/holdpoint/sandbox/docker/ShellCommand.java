package dev.holdpoint.sandbox.docker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How a command's text reaches {@code sh}: as one argument, or in pieces where the kernel has no room for it. */
final class ShellCommand {

    /** The kernel takes 128 KiB in one argument; a character has at most three bytes per unit. */
    private static final int MAX_BYTES = 120_000;

    private static final int PIECE = 30_000;
    private static final String JOIN = "holdpoint_command=; for holdpoint_piece; do"
            + " holdpoint_command=$holdpoint_command$holdpoint_piece; done; set --; eval \"$holdpoint_command\"";

    private ShellCommand() {}

    static List<String> of(String text) {
        List<String> all = new ArrayList<>(List.of("sh", "-c"));
        if (text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES) {
            all.add(text);
            return all;
        }
        all.add(JOIN);
        all.add("sh");
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + PIECE);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to--;
            }
            all.add(text.substring(from, to));
            from = to;
        }
        return all;
    }
}
