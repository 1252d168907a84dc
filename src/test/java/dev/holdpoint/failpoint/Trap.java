package dev.holdpoint.failpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** The test's side of the failpoints of one process, and of those that follow it on the same folder. */
public final class Trap {

    private static final String PACKAGE = Trap.class.getPackageName().replace('.', '/');

    private final Path folder;

    /** @param folder an empty one, for this alone */
    public Trap(Path folder) {
        this.folder = folder;
        try {
            pack();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the process has to be started with. */
    public String javaOption() {
        return "-javaagent:" + jar() + "=" + folder;
    }

    /** From here on hits are counted anew, and the process ends at this one. */
    public Trap arm(String hit) {
        try {
            Files.deleteIfExists(folder.resolve(Failpoints.HITS));
            Files.writeString(folder.resolve(Failpoints.ARMED), hit);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From here on hits are counted anew, and the process stands still at this one. */
    public Trap armPause(String hit) {
        return arm(Failpoints.PAUSE + hit);
    }

    /** From here on hits are counted anew, and none ends the process. */
    public Trap disarm() {
        return arm("");
    }

    /** What was hit, in order; the last one is where the process ended, if it did. */
    public List<String> hits() {
        try {
            return Failpoints.lines(folder.resolve(Failpoints.HITS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path jar() {
        return folder.resolve("failpoints.jar");
    }

    private void pack() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", FailpointAgent.class.getName());
        // Every class loader of the process finds us there.
        manifest.getMainAttributes()
                .putValue("Boot-Class-Path", jar().getFileName().toString());
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(jar()), manifest);
                DirectoryStream<Path> classes = Files.newDirectoryStream(compiled())) {
            for (Path file : classes) {
                jar.putNextEntry(new ZipEntry(PACKAGE + "/" + file.getFileName()));
                Files.copy(file, jar);
            }
        }
    }

    private static Path compiled() {
        URL root = Trap.class.getProtectionDomain().getCodeSource().getLocation();
        return Path.of(URI.create(root.toString())).resolve(PACKAGE);
    }
}
