package dev.holdpoint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.sandbox.ChangeLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static Settings read(Map<String, String> values) {
        return Settings.read(key -> Optional.ofNullable(values.get(key)));
    }

    private static String problem(Map<String, String> values) {
        try {
            read(values);
        } catch (Settings.Wrong e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("it was accepted");
    }

    @Test
    void nothing_set_is_the_demo_model_on_embedded_defaults() {
        Settings settings = read(Map.of());

        assertThat(settings.openAi()).isNull();
        assertThat(settings.access().key()).isNull();
        assertThat(settings.interruptOn()).containsExactlyInAnyOrder("execute", "write_file", "edit_file");
        assertThat(settings.agent().maxSteps()).isEqualTo(100);
        assertThat(settings.agent().turnTimeout()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.agent().interruptTtl()).isNull();
        assertThat(settings.agent().retention()).isNull();
        assertThat(settings.api().maxImportBytes()).isEqualTo(256L << 20);
        assertThat(settings.tools().execDefaultTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.tools().execMaxTimeout()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.streams().heartbeat()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.streams().bufferBytes()).isEqualTo(1 << 20);
        assertThat(settings.streams().stallTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.langfuse()).isNull();
        assertThat(settings.sandbox().changes())
                .isEqualTo(new ChangeLimits(10_000, 256 * 1024, 16 * 1024 * 1024, 1_000, 4 * 1024 * 1024));
    }

    @Test
    void what_is_kept_to_show_changes_can_be_set() {
        Settings settings = read(Map.of(
                "HOLDPOINT_CHANGES_ENTRIES", "0",
                "HOLDPOINT_CHANGES_FILE_BYTES", "1KiB",
                "HOLDPOINT_CHANGES_BYTES", "2MiB",
                "HOLDPOINT_CHANGES_SHOWN", "3",
                "HOLDPOINT_CHANGES_DIFF_CHARS", "4KiB"));

        assertThat(settings.sandbox().changes()).isEqualTo(new ChangeLimits(0, 1024, 2 << 20, 3, 4096));
    }

    @Test
    void a_key_of_zhipu_means_zhipus_model() {
        Settings settings = read(Map.of("ZHIPUAI_API_KEY", "secret-key"));

        assertThat(settings.openAi()).isNotNull();
        assertThat(settings.openAi().model()).isEqualTo("glm-4.7");
        assertThat(settings.openAi().baseUrl().getHost()).isEqualTo("open.bigmodel.cn");
        assertThat(settings.toString()).doesNotContain("secret-key");
    }

    @Test
    void an_endpoint_of_ones_own_needs_no_key() {
        Settings settings = read(Map.of("HOLDPOINT_MODEL_BASE_URL", "http://localhost:11434/v1"));

        assertThat(settings.openAi()).isNotNull();
        assertThat(settings.openAi().apiKey()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "HOLDPOINT_MAX_STEPS, 0",
        "HOLDPOINT_MAX_STEPS, many",
        "HOLDPOINT_TURN_TIMEOUT, 5 parsecs",
        "HOLDPOINT_MODEL_IDLE_TIMEOUT, 60",
        "HOLDPOINT_MODEL_BASE_URL, ftp://x",
        "HOLDPOINT_MODEL_BASE_URL, https://user:hunter2@x",
        "HOLDPOINT_MODEL_THINKING, perhaps",
        "HOLDPOINT_SANDBOX, chroot",
        "HOLDPOINT_SANDBOX, kubernetes",
        "HOLDPOINT_SANDBOX_NETWORK, wifi",
        "HOLDPOINT_SANDBOX_MEMORY, 1 byte",
        "HOLDPOINT_SANDBOX_CPUS, 0",
        "HOLDPOINT_SANDBOX_UID, 0",
        "HOLDPOINT_SANDBOX_POOL, -1",
        "HOLDPOINT_INTERRUPT_ON, 'execute,teleport'",
        "HOLDPOINT_INTERRUPT_TTL, never",
        "HOLDPOINT_RETENTION, forever",
        "HOLDPOINT_MAX_IMPORT_BYTES, much",
        "HOLDPOINT_HOST, 0.0.0.0",
        "HOLDPOINT_PORT, 99999",
        "HOLDPOINT_API_KEY, short",
        "HOLDPOINT_INSECURE, yes please",
        "HOLDPOINT_CORS_ORIGINS, *",
        "HOLDPOINT_DATABASE_URL, jdbc:oracle:thin",
        "HOLDPOINT_DATABASE_URL, jdbc:postgresql:journal",
        "HOLDPOINT_DATABASE_URL, jdbc:postgresql://db.example.org/journal?password=hunter2",
        "HOLDPOINT_DATABASE_URL, jdbc:postgresql://me:hunter2@db.example.org/journal",
        "HOLDPOINT_DATABASE_URL, jdbc:postgresql://db.example.org/journal",
        "HOLDPOINT_DATABASE_PASSWORD, hunter2",
        "HOLDPOINT_DATABASE_POOL, 1",
        "HOLDPOINT_DATABASE_TIMEOUT, 10ms",
        "HOLDPOINT_EXEC_TIMEOUT_MAX, 10s",
        "HOLDPOINT_LOG_LEVEL, LOUD",
        "HOLDPOINT_HEARTBEAT, 1h",
        "HOLDPOINT_SANDBOX_RUNTIME, ../runc",
        "HOLDPOINT_CHANGES_ENTRIES, -1",
        "HOLDPOINT_CHANGES_FILE_BYTES, 1GiB",
        "HOLDPOINT_CHANGES_BYTES, lots",
        "HOLDPOINT_CHANGES_SHOWN, 0",
        "HOLDPOINT_CHANGES_DIFF_CHARS, -5",
        "DOCKER_TLS_VERIFY, 0",
        "HOLDPOINT_STREAM_BUFFER_BYTES, 1KiB",
        "HOLDPOINT_STREAM_STALL_TIMEOUT, 100ms",
        "LANGFUSE_SECRET_KEY, hunter2"
    })
    void a_bad_value_is_one_line_that_names_a_key(String key, String value) {
        String problem = problem(Map.of(key, value));

        assertThat(problem.lines()).hasSize(1);
        assertThat(problem).matches("(HOLDPOINT|LANGFUSE|DOCKER)_[A-Z_]+: .+");
        assertThat(problem).doesNotContain("hunter2");
    }

    @Test
    void a_file_in_the_data_folder_is_the_database_unless_another_is_named() {
        DatabaseSettings file = read(Map.of("HOLDPOINT_DATA_DIR", "/srv/hp")).database();
        DatabaseSettings server = read(Map.of(
                        "HOLDPOINT_DATABASE_URL", "jdbc:postgresql://db.example.org/journal",
                        "HOLDPOINT_DATABASE_USER", "me",
                        "HOLDPOINT_DATABASE_PASSWORD", "hunter2"))
                .database();

        assertThat(file.url()).isEqualTo("jdbc:sqlite:/srv/hp/holdpoint.db");
        assertThat(file.server()).isNull();
        assertThat(file.poolSize()).isEqualTo(8);
        assertThat(file.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(server.server()).isNotNull();
        assertThat(server.poolSize()).isEqualTo(16);
        assertThat(server.toString()).doesNotContain("hunter2");
    }

    @Test
    void tls_to_the_engine_needs_its_certificates(@TempDir Path folder) throws IOException {
        Map<String, String> values = Map.of("DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", folder.toString());

        assertThat(problem(values)).startsWith("DOCKER_CERT_PATH: ").contains("ca.pem, cert.pem, key.pem");

        for (String name : Set.of("ca.pem", "cert.pem", "key.pem")) {
            Files.createFile(folder.resolve(name));
        }
        assertThat(read(values).sandbox().dockerCerts()).isEqualTo(folder);
        assertThat(read(Map.of("DOCKER_CERT_PATH", folder.toString())).sandbox().dockerCerts())
                .isNull();
    }

    @Test
    void bubblewrap_has_no_runtimes() {
        assertThat(problem(Map.of("HOLDPOINT_SANDBOX", "bubblewrap", "HOLDPOINT_SANDBOX_RUNTIME", "runsc")))
                .startsWith("HOLDPOINT_SANDBOX_RUNTIME: ")
                .hasLineCount(1);
    }

    @Test
    void every_problem_is_told_at_once() {
        String problems = problem(Map.of("HOLDPOINT_MAX_STEPS", "x", "HOLDPOINT_SANDBOX", "y", "HOLDPOINT_PORT", "z"));

        assertThat(problems.lines()).hasSize(3);
    }

    @Test
    void another_address_needs_a_key_or_an_explicit_word() {
        assertThat(read(Map.of("HOLDPOINT_HOST", "0.0.0.0", "HOLDPOINT_API_KEY", "long enough"))
                        .access()
                        .key())
                .isEqualTo("long enough");
        assertThat(read(Map.of("HOLDPOINT_HOST", "0.0.0.0", "HOLDPOINT_INSECURE", "true"))
                        .access()
                        .key())
                .isNull();
        assertThatThrownBy(() -> read(Map.of("HOLDPOINT_HOST", "10.0.0.1"))).isInstanceOf(Settings.Wrong.class);
    }

    @Test
    void the_example_file_explains_exactly_the_settings_that_exist() throws IOException {
        Set<String> explained = Pattern.compile("(?m)^#?(HOLDPOINT_[A-Z_]+)=")
                .matcher(Files.readString(Path.of(".env.example")))
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(explained).isEqualTo(new TreeSet<>(Settings.NAMES));
    }
}
