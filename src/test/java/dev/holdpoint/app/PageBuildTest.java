package dev.holdpoint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that Maven calls for the web UI, in a tree where nothing else is, as in the build of a container image. */
class PageBuildTest {

    private static final Path SCRIPTS = Path.of("src/main/webui");
    private static final Path PAGE = Path.of("target/classes/META-INF/resources");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path tree;

    @BeforeEach
    void copy_the_scripts() throws IOException {
        Files.createDirectories(tree.resolve(SCRIPTS));
        for (String name : List.of("build.sh", "test.sh", "without.html")) {
            Files.copy(SCRIPTS.resolve(name), tree.resolve(SCRIPTS).resolve(name));
        }
        Files.createDirectories(tree.resolve("src/main/resources/META-INF"));
        Files.writeString(tree.resolve("src/main/resources/META-INF/openapi.yaml"), "openapi: 3.1.0\n");
    }

    @Test
    void where_node_is_too_old_a_line_says_so_and_the_build_goes_on() throws Exception {
        withOldNode();

        String said = run("build.sh");

        assertThat(said).isEqualTo("the web UI is left out: Node.js 20 or newer is needed, with npm, to build it\n");
        assertThat(tree.resolve(PAGE).resolve("index.html")).hasSameTextualContentAs(SCRIPTS.resolve("without.html"));
    }

    @Test
    void a_page_that_was_left_out_is_not_tested() throws Exception {
        withOldNode();
        run("build.sh");

        String said = run("test.sh", "check", "${skipTests}");

        assertThat(said).isEqualTo("the web UI was left out of the build, and so are its tests\n");
    }

    @Test
    void tests_that_are_skipped_need_nothing() throws Exception {
        withOldNode();

        String said = run("test.sh", "check", "${skipTests}", "true");

        assertThat(said).isEmpty();
    }

    @Test
    void the_ingress_leads_to_all_that_the_page_is_made_of() throws IOException {
        String ingress = Files.readString(Path.of("deploy/kubernetes/ingress.yaml"));
        List<String> routed = Pattern.compile("- path: (\\S+)")
                .matcher(ingress)
                .results()
                .map(found -> found.group(1))
                .toList();

        try (Stream<Path> page = Files.list(PAGE)) {
            assertThat(routed).containsAll(page.map(PageBuildTest::address).collect(Collectors.toSet()));
        }
    }

    private static String address(Path file) {
        String name = file.getFileName().toString();
        return name.equals("index.html") ? "/" : "/" + name;
    }

    private void withOldNode() throws IOException {
        Path node = Files.createDirectories(tree.resolve("bin")).resolve("node");
        Files.writeString(node, "#!/bin/sh\nexit 1\n");
        assertThat(node.toFile().setExecutable(true)).isTrue();
    }

    /** What a script printed; it has to succeed. */
    private String run(String script, String... arguments) throws Exception {
        List<String> command = Stream.concat(
                        Stream.of("bash", tree.resolve(SCRIPTS).resolve(script).toString()), Stream.of(arguments))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().compute("PATH", (_, path) -> tree.resolve("bin") + ":" + path);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
