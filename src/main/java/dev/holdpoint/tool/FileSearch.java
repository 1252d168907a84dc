package dev.holdpoint.tool;

import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.SandboxFiles;
import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import dev.holdpoint.sandbox.SandboxFiles.Listing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The files below a path, sorted; "/" stands for both roots.
 *
 * @param truncated whether there were more entries than may be looked at
 */
record FileSearch(List<FileEntry> files, boolean truncated) {

    /** Where results of tools are kept: found only by who looks there. */
    private static final String OWN = ".holdpoint";

    /** @param pattern which of them are wanted; here it only tells whether our own folder is meant */
    static FileSearch below(SandboxFiles files, String path, String pattern, int limit) throws IOException {
        boolean own = path.contains(OWN) || pattern.contains(OWN);
        List<FileEntry> found = new ArrayList<>();
        boolean truncated = false;
        for (String root : path.equals("/") ? SandboxPath.ROOTS : List.of(path)) {
            Listing listing = list(files, root, !path.equals("/"), limit);
            truncated |= listing.truncated();
            listing.entries().stream()
                    .filter(entry -> entry.type() == FileEntry.Type.FILE || entry.type() == FileEntry.Type.SYMLINK)
                    .filter(entry -> own || !entry.path().startsWith("/workspace/" + OWN + "/"))
                    .forEach(found::add);
        }
        found.sort(Comparator.comparing(FileEntry::path));
        return new FileSearch(List.copyOf(found), truncated);
    }

    private static Listing list(SandboxFiles files, String root, boolean mustExist, int limit) throws IOException {
        try {
            return files.list(root, true, limit);
        } catch (FileProblem e) {
            if (!mustExist && e.kind() == FileProblem.Kind.NOT_FOUND) {
                return new Listing(List.of(), false);
            }
            throw e;
        }
    }

    /** An absolute pattern is meant as it stands; from "/", the name of a root may lead a pattern or not. */
    static boolean matches(Glob glob, String pattern, String folder, String file) {
        if (pattern.startsWith("/")) {
            return glob.matches(file);
        }
        return glob.matches(relative(folder, file)) || (folder.equals("/") && glob.matches(file));
    }

    /** The path of an entry as seen from the folder that is searched; "/" is left through each root. */
    private static String relative(String folder, String path) {
        String base = folder;
        if (folder.equals("/")) {
            base = SandboxPath.ROOTS.stream()
                    .filter(root -> path.startsWith(root + "/"))
                    .findFirst()
                    .orElse("");
        }
        return path.startsWith(base + "/") ? path.substring(base.length() + 1) : path;
    }
}
