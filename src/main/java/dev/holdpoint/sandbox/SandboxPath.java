package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.FileProblem.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An absolute path as the sandbox sees it, checked for form only.
 *
 * @param root where it lies
 * @param names the components below the root; none of them is empty, {@code .} or {@code ..}
 */
record SandboxPath(Root root, List<String> names) {

    static final int MAX_BYTES = 4096;
    private static final int MAX_NAME_BYTES = 255;

    enum Root {
        /** The folder {@code /} itself, with nothing but the two others in it. */
        TOP(""),
        WORKSPACE("/workspace"),
        SHARED("/shared");

        final String prefix;

        Root(String prefix) {
            this.prefix = prefix;
        }
    }

    SandboxPath {
        names = List.copyOf(names);
    }

    static SandboxPath parse(String path) throws FileProblem {
        List<String> names = split(path);
        if (names.isEmpty()) {
            return new SandboxPath(Root.TOP, names);
        }
        List<String> below = names.subList(1, names.size());
        return switch (names.getFirst()) {
            case "workspace" -> new SandboxPath(Root.WORKSPACE, below);
            case "shared" -> new SandboxPath(Root.SHARED, below);
            default ->
                throw new FileProblem(
                        Kind.INVALID_PATH,
                        path + ": file tools reach only /workspace and /shared; use execute for other paths");
        };
    }

    private static List<String> split(String path) throws FileProblem {
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new FileProblem(Kind.INVALID_PATH, "a path has at most " + MAX_BYTES + " bytes");
        }
        if (!path.startsWith("/")) {
            throw new FileProblem(
                    Kind.INVALID_PATH, "'" + path + "': a path is absolute, for instance /workspace/a.txt");
        }
        if (path.indexOf('\0') >= 0) {
            throw new FileProblem(Kind.INVALID_PATH, "a path holds no NUL character");
        }
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            check(path, name);
            names.add(name);
        }
        return names;
    }

    private static void check(String path, String name) throws FileProblem {
        if (name.equals("..")) {
            throw new FileProblem(Kind.INVALID_PATH, path + ": a path has no '..'");
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_NAME_BYTES) {
            throw new FileProblem(Kind.INVALID_PATH, path + ": a name has at most " + MAX_NAME_BYTES + " bytes");
        }
        if (!isFileName(name)) {
            throw new FileProblem(Kind.INVALID_PATH, "this service can't write the name in its locale's encoding");
        }
    }

    private static boolean isFileName(String name) {
        try {
            return Path.of(name).toString().equals(name);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    String name() {
        return names.getLast();
    }

    SandboxPath parent() {
        return new SandboxPath(root, names.subList(0, names.size() - 1));
    }

    SandboxPath child(String name) {
        List<String> longer = new ArrayList<>(names);
        longer.add(name);
        return new SandboxPath(root, longer);
    }

    @Override
    public String toString() {
        String text = names.isEmpty() ? root.prefix : root.prefix + "/" + String.join("/", names);
        return text.isEmpty() ? "/" : text;
    }
}
