package dev.holdpoint.tool;

import dev.holdpoint.sandbox.SandboxFiles;
import java.io.IOException;
import java.io.InputStream;

/** Where text goes that is too long for the model to read at once: to a file in the workspace that it can page. */
final class StoredText {

    private static final int LONGEST_NAME = 80;

    private StoredText() {}

    /**
     * The path for the text of a call.
     *
     * @param folder {@code output} or {@code results}
     * @param callId may hold anything: it comes from the model's server
     */
    static String path(String folder, String callId) {
        String safe = callId.replaceAll("[^A-Za-z0-9_-]", "_");
        if (safe.length() > LONGEST_NAME) {
            safe = safe.substring(0, LONGEST_NAME);
        }
        if (!safe.equals(callId) || safe.isEmpty()) {
            // Two ids may look alike once they are safe.
            safe += "_" + Integer.toHexString(callId.hashCode());
        }
        return "/workspace/.holdpoint/" + folder + "/" + safe + ".txt";
    }

    /** Stores it and says where, or why not. */
    static String keep(SandboxFiles files, String path, InputStream text, long maxBytes) throws InterruptedException {
        try {
            files.write(path, text, maxBytes);
            return "is in " + path + ": read it with read_file (offset, limit) or search it with grep";
        } catch (IOException e) {
            Problems.propagateInterrupt(e);
            return "could not be kept: " + Problems.reason(e);
        }
    }
}
