package dev.holdpoint.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Who owns workspaces and runs commands. Only root can give a file away, so any other service shares its own user.
 *
 * @param serviceIsRoot whether this process may change owners
 */
public record SandboxUser(int uid, int gid, boolean serviceIsRoot) {

    /** @param wanted user and group for commands if this process is root */
    public static SandboxUser of(int wanted) {
        Path self = Path.of("/proc/self");
        try {
            int uid = (Integer) Files.getAttribute(self, "unix:uid");
            int gid = (Integer) Files.getAttribute(self, "unix:gid");
            return uid == 0 ? new SandboxUser(wanted, wanted, true) : new SandboxUser(uid, gid, false);
        } catch (IOException e) {
            throw new UncheckedIOException("can't find out the user of this process", e);
        }
    }

    /** Gives a file in a folder that no sandbox can reach to the sandbox's user. */
    void own(Path file) throws IOException {
        if (serviceIsRoot) {
            Files.setAttribute(file, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
