package dev.holdpoint.testing;

import dev.holdpoint.sandbox.Changes;
import dev.holdpoint.sandbox.Expected;
import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.FileVersion;
import dev.holdpoint.sandbox.SandboxFile;
import dev.holdpoint.sandbox.SandboxFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Files in memory: /workspace can be written, /shared only by the test. */
public final class FakeFiles implements SandboxFiles {

    private static final Instant MODIFIED = Instant.parse("2026-01-01T00:00:00Z");

    /** An empty one is a folder. */
    private final NavigableMap<String, Optional<byte[]>> entries = new TreeMap<>();

    private final NavigableMap<String, FileEntry.Type> odd = new TreeMap<>();

    private final List<String> kept = new ArrayList<>();
    private boolean full;
    private boolean stalled;

    public FakeFiles() {
        entries.put("/workspace", Optional.empty());
        entries.put("/shared", Optional.empty());
    }

    /** Puts a file there, wherever it is. */
    public synchronized FakeFiles put(String path, byte[] content) {
        String parent = path.substring(0, path.lastIndexOf('/'));
        while (!parent.isEmpty()) {
            entries.putIfAbsent(parent, Optional.empty());
            parent = parent.substring(0, parent.lastIndexOf('/'));
        }
        entries.put(path, Optional.of(content.clone()));
        return this;
    }

    public FakeFiles put(String path, String content) {
        return put(path, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized void keep(String turn, Runnable check) throws IOException {
        check.run();
        kept.add(turn);
        try {
            while (stalled) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
        if (full) {
            throw new IOException("the disk is full");
        }
    }

    /** From now on keeping takes for ever. */
    public synchronized FakeFiles stall() {
        stalled = true;
        return this;
    }

    /** From now on nothing can be kept. */
    public synchronized FakeFiles fill() {
        full = true;
        return this;
    }

    /** The turns of which the files were kept, each time that this was asked for. */
    public synchronized List<String> kept() {
        return List.copyOf(kept);
    }

    @Override
    public Optional<Changes> changes(String turn, Changes.Differ differ) {
        return Optional.empty();
    }

    /** A link or a special file. */
    public synchronized FakeFiles putOdd(String path, FileEntry.Type type) {
        put(path, "");
        odd.put(path, type);
        return this;
    }

    public synchronized boolean has(String path) {
        return entries.containsKey(path);
    }

    public synchronized byte[] bytes(String path) {
        return entries.getOrDefault(path, Optional.empty())
                .orElseThrow(() -> new AssertionError("there is no file " + path))
                .clone();
    }

    public String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    @Override
    public synchronized FileEntry stat(String path) throws FileProblem {
        Optional<byte[]> content = entries.get(checked(path));
        if (content == null) {
            throw new FileProblem(FileProblem.Kind.NOT_FOUND, path + " does not exist");
        }
        FileEntry.Type type = odd.getOrDefault(path, content.isPresent() ? FileEntry.Type.FILE : FileEntry.Type.DIR);
        return new FileEntry(path, type, content.map(bytes -> bytes.length).orElse(0), MODIFIED);
    }

    @Override
    public synchronized Listing list(String path, boolean recursive, int limit) throws FileProblem {
        if (stat(path).type() != FileEntry.Type.DIR) {
            throw new FileProblem(FileProblem.Kind.NOT_A_FOLDER, path + " is not a folder");
        }
        List<FileEntry> found = new ArrayList<>();
        String prefix = path + "/";
        for (String name : entries.tailMap(prefix, false).keySet()) {
            if (name.startsWith(prefix) && (recursive || name.indexOf('/', prefix.length()) < 0)) {
                if (found.size() == limit) {
                    return new Listing(found, true);
                }
                found.add(stat(name));
            }
        }
        return new Listing(found, false);
    }

    @Override
    public synchronized SandboxFile read(String path) throws FileProblem {
        if (stat(path).type() != FileEntry.Type.FILE) {
            throw new FileProblem(FileProblem.Kind.NOT_A_FILE, path + " is not a regular file");
        }
        return new SandboxFile(stat(path), new FileVersion("0"), new ByteArrayInputStream(bytes(path)));
    }

    @Override
    public synchronized boolean write(String path, InputStream content, long maxBytes) throws IOException {
        if (checked(path).startsWith("/shared")) {
            throw new FileProblem(FileProblem.Kind.READ_ONLY, path + " can't be written");
        }
        if (entries.containsKey(path) && stat(path).type() != FileEntry.Type.FILE) {
            throw new FileProblem(FileProblem.Kind.NOT_A_FILE, path + " is not a regular file");
        }
        byte[] bytes = content.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE));
        if (bytes.length > maxBytes) {
            throw new FileProblem(FileProblem.Kind.TOO_LARGE, path + " would be larger than " + maxBytes + " bytes");
        }
        boolean isNew = !entries.containsKey(path);
        put(path, bytes);
        return isNew;
    }

    @Override
    public Upload upload(String path, Expected expected) {
        throw new UnsupportedOperationException("tools write");
    }

    @Override
    public Archive archive(String path, long maxBytes) {
        throw new UnsupportedOperationException("tools don't pack");
    }

    @Override
    public synchronized void delete(String path, Expected expected) throws FileProblem {
        stat(path);
        entries.keySet().removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
    }

    /** What /workspace holds. */
    synchronized void copyTo(FakeFiles other) {
        synchronized (other) {
            entries.forEach((path, content) -> {
                if (path.startsWith("/workspace")) {
                    other.entries.put(path, content.map(byte[]::clone));
                }
            });
            odd.forEach((path, type) -> {
                if (path.startsWith("/workspace")) {
                    other.odd.put(path, type);
                }
            });
        }
    }

    private static String checked(String path) throws FileProblem {
        if (!path.equals("/workspace")
                && !path.equals("/shared")
                && !path.startsWith("/workspace/")
                && !path.startsWith("/shared/")) {
            throw new FileProblem(FileProblem.Kind.INVALID_PATH, path + " is outside of /workspace and /shared");
        }
        return path;
    }

    /** All regular files with their text. */
    public synchronized Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        entries.forEach((path, content) ->
                content.ifPresent(bytes -> texts.put(path, new String(bytes, StandardCharsets.UTF_8))));
        return texts;
    }
}
