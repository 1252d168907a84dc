package dev.holdpoint.tool;

import dev.holdpoint.sandbox.FileProblem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Paths as the model writes them. What lies behind one is for the sandbox's files to judge. */
final class SandboxPath {

    /** What "/" stands for. */
    static final List<String> ROOTS = List.of("/workspace", "/shared");

    private SandboxPath() {}

    /** The path without needless slashes and dots; two names of a file become one. */
    static String of(String path) throws FileProblem {
        if (!path.startsWith("/")) {
            throw invalid(path, "path must be absolute, such as /workspace/x");
        }
        if (path.chars().anyMatch(Character::isISOControl)) {
            throw invalid(path, "path must not hold control characters");
        }
        List<String> parts = Arrays.stream(path.split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
        if (parts.contains("..")) {
            throw invalid(path, "path must not hold '..'");
        }
        return parts.stream().collect(Collectors.joining("/", "/", ""));
    }

    private static FileProblem invalid(String path, String message) {
        return new FileProblem(FileProblem.Kind.INVALID_PATH, message + ", but it was " + Words.quoted(path));
    }
}
