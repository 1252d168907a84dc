package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.failpoint.Trap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What is in the packaged program, and what isn't. */
class ReleaseIT {

    @Test
    void nothing_of_the_tests_is_in_it() throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.walk(Launch.JAR.getParent())) {
            jars = files.filter(f -> f.toString().endsWith(".jar")).toList();
        }

        List<String> ours = jars.stream()
                .flatMap(jar -> entries(jar).stream())
                .filter(name -> name.startsWith("dev/holdpoint/"))
                .toList();

        assertThat(ours)
                .contains("dev/holdpoint/agent/AgentLoop.class")
                .noneMatch(name -> name.startsWith(Trap.class.getPackageName().replace('.', '/')))
                .noneMatch(
                        name -> name.contains("/testing/") || name.endsWith("IT.class") || name.endsWith("Test.class"));
    }

    private static List<String> entries(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        } catch (IOException e) {
            throw new AssertionError(jar.toString(), e);
        }
    }
}
