package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A start that can't work ends with one line for each problem; one that can says what is missing. */
class StartIT {

    private static final String SECRET = "s3cret-s3cret";

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            HOLDPOINT_PORT                    | abc               | must be a number from 0 to 65535.
            HOLDPOINT_PORT                    | 65536             | must be a number from 0 to 65535.
            HOLDPOINT_MAX_STEPS               | many              | must be a number from 1 to 10000.
            HOLDPOINT_TURN_TIMEOUT            | soon              | must be a time from 1s to 168h, such as 60s, 5m or 2h.
            HOLDPOINT_MAX_UPLOAD_BYTES        | 5 stone           | must be a size from 1 to 1099511627776 bytes, such as 512KiB or 1GiB.
            HOLDPOINT_LOG_LEVEL               | LOUD              | must be one of ERROR, WARN, INFO, DEBUG, TRACE.
            HOLDPOINT_LOG_JSON                | perhaps           | must be true or false.
            HOLDPOINT_SANDBOX                 | nonsense          | must be one of auto, docker, bubblewrap.
            HOLDPOINT_SANDBOX                 | kubernetes        | kubernetes is not there yet; use auto, docker or bubblewrap.
            HOLDPOINT_SANDBOX_NETWORK         | bridge            | must be none with HOLDPOINT_SANDBOX=bubblewrap.
            HOLDPOINT_MODEL_BASE_URL          | htp:/nowhere      | must be an http or https address without a user or secret in it.
            HOLDPOINT_MODEL_BASE_URL          | http://u:s3cret-s3cret@host/v1 | must be an http or https address without a user or secret in it.
            HOLDPOINT_INTERRUPT_ON            | execute,dance     | must be none, or some of edit_file,execute,glob,grep,ls,process,read_file,write_file,write_todos.
            HOLDPOINT_CORS_ORIGINS            | *                 | must be a list of origins such as https://app.example.org, without *.
            HOLDPOINT_CORS_ORIGINS            | /[/               | must be a list of origins such as https://app.example.org, without *.
            HOLDPOINT_DATABASE_URL            | jdbc:oracle:thin  | must be jdbc:sqlite:<file> or jdbc:postgresql://<host>:<port>/<database>.
            HOLDPOINT_DATABASE_URL            | jdbc:sqlite:      | must be jdbc:sqlite:<file> or jdbc:postgresql://<host>:<port>/<database>.
            HOLDPOINT_DATABASE_URL            | jdbc:sqlite::memory: | must be jdbc:sqlite:<file> or jdbc:postgresql://<host>:<port>/<database>.
            DOCKER_HOST                       | ftp://engine      | must be unix:///path/of/socket or tcp://host:port.
            HOLDPOINT_DATA_DIR                | /proc/holdpoint   | must be a folder, or a place where one can be made.
            SHARED_DIR                        | /proc/holdpoint   | must be a folder, or a place where one can be made.
            WORKSPACE_ROOT                    | /dev/null         | must be a folder, or a place where one can be made.
            HOLDPOINT_NONSENSE                | 1                 | there is no such setting; .env.example lists them all.
            """)
    void a_bad_value_is_named_with_what_is_allowed(String key, String value, String allowed) {
        Launch launch = new Launch(folder).set(key, value);

        refused(launch.refuse(), key + ": " + allowed);
    }

    @Test
    void one_line_for_each_problem() {
        Launch launch = new Launch(folder).set("HOLDPOINT_PORT", "x").set("HOLDPOINT_MAX_STEPS", "0");

        refused(
                launch.refuse(),
                "HOLDPOINT_MAX_STEPS: must be a number from 1 to 10000.",
                "HOLDPOINT_PORT: must be a number from 0 to 65535.");
    }

    @Test
    void dot_env_is_checked_like_the_environment() {
        Launch launch = new Launch(folder).dotEnv("HOLDPOINT_NONSENSE=1\nHOLDPOINT_MAX_STEPS=many\n");

        refused(
                launch.refuse(),
                "HOLDPOINT_NONSENSE: there is no such setting; .env.example lists them all.",
                "HOLDPOINT_MAX_STEPS: must be a number from 1 to 10000.");
    }

    @Test
    void system_properties_are_checked_like_the_environment() {
        Launch launch = new Launch(folder).javaOption("-DHOLDPOINT_NONSENSE=1").javaOption("-DHOLDPOINT_MAX_STEPS=x");

        refused(
                launch.refuse(),
                "HOLDPOINT_NONSENSE: there is no such setting; .env.example lists them all.",
                "HOLDPOINT_MAX_STEPS: must be a number from 1 to 10000.");
    }

    @Test
    void a_dot_env_that_cannot_be_parsed() {
        Launch launch = new Launch(folder).dotEnv("HOLDPOINT_API_KEY=" + SECRET + "\\uZZ\n");

        refused(
                launch.refuse(),
                ".env: this file, or application.properties, can't be read: look for a \\u that is no escape.");
    }

    @Test
    void an_expression_that_leads_nowhere_is_not_silently_no_value() {
        Launch launch = new Launch(folder).dotEnv("HOLDPOINT_API_KEY=" + SECRET + "${NOWHERE}\n");

        refused(
                launch.refuse(),
                "HOLDPOINT_API_KEY: holds ${…} with a name that isn't set; write \\${ for the plain characters.");
    }

    @Test
    void half_of_langfuse() {
        Launch launch = new Launch(folder).set("LANGFUSE_SECRET_KEY", SECRET);

        refused(
                launch.refuse(),
                "LANGFUSE_BASE_URL: LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_BASE_URL must be set together.");
    }

    @Test
    void an_open_address_without_a_key() {
        Launch launch = new Launch(folder).set("HOLDPOINT_HOST", "0.0.0.0");

        refused(
                launch.refuse(),
                "HOLDPOINT_API_KEY: must be set when HOLDPOINT_HOST is not a loopback address (or HOLDPOINT_INSECURE=true).");
    }

    @Test
    void an_address_of_another_machine() {
        Launch launch = new Launch(folder).set("HOLDPOINT_HOST", "192.0.2.1").set("HOLDPOINT_API_KEY", SECRET);

        refused(launch.refuse(), "HOLDPOINT_HOST: must be an address of this machine, such as 127.0.0.1 or 0.0.0.0.");
    }

    @Test
    void a_data_folder_that_is_a_file() throws IOException {
        Launch launch = new Launch(folder);
        Files.writeString(launch.data(), "");

        refused(launch.refuse(), "HOLDPOINT_DATA_DIR: must be a folder, or a place where one can be made.");
    }

    @Test
    void a_database_that_cannot_be_opened() {
        Launch launch = new Launch(folder).set("HOLDPOINT_DATABASE_URL", "jdbc:sqlite:" + folder);

        Launch.Ended ended = launch.refuse();

        assertThat(ended.errors())
                .singleElement()
                .asString()
                .startsWith("holdpoint: HOLDPOINT_DATABASE_URL: the database can't be opened: ");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void a_damaged_database() throws IOException {
        Launch launch = new Launch(folder);
        Files.createDirectories(launch.data());
        Files.writeString(launch.data().resolve("holdpoint.db"), "no database at all ".repeat(1000));

        refused(
                launch.refuse(),
                "HOLDPOINT_DATABASE_URL: the file is damaged or is no SQLite database: restore a backup.");
    }

    @Test
    void a_database_of_a_newer_version_is_left_as_it_is() throws SQLException, IOException {
        Launch launch = new Launch(folder);
        launch.start().close();
        Path file = launch.data().resolve("holdpoint.db");
        try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement s = c.createStatement()) {
            s.execute("UPDATE flyway_schema_history SET version = '99'");
        }
        byte[] before = Files.readAllBytes(file);

        Launch.Ended ended = launch.refuse();

        assertThat(ended.errors())
                .singleElement()
                .asString()
                .startsWith("holdpoint: HOLDPOINT_DATABASE_URL: the database was made by a newer version of Holdpoint");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void a_port_that_is_taken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Launch launch = new Launch(folder).set("HOLDPOINT_PORT", Integer.toString(taken.getLocalPort()));

            refused(
                    launch.refuse(),
                    "HOLDPOINT_PORT: " + taken.getLocalPort()
                            + " can't be used: Address already in use. Choose another, or stop what uses it.");
        }
    }

    @Test
    void a_second_process_on_the_same_data() {
        Launch launch = new Launch(folder);
        try (Service first = launch.start()) {
            String thread = first.newThread();
            Launch second = new Launch(folder);

            refused(
                    second.refuse(),
                    "HOLDPOINT_DATA_DIR: another Holdpoint is running on it. Stop that one, or choose another place.");
            assertThat(first.statusOfThread(thread)).isEqualTo("idle");
        }
    }

    @Test
    void a_second_process_on_the_same_database() {
        Launch launch = new Launch(folder);
        try (Service _ = launch.start()) {
            Launch second = new Launch(folder)
                    .set(
                            "HOLDPOINT_DATABASE_URL",
                            "jdbc:sqlite:" + launch.data().resolve("holdpoint.db"))
                    .set("HOLDPOINT_DATA_DIR", folder.resolve("other").toString());

            refused(
                    second.refuse(),
                    "HOLDPOINT_DATABASE_URL: another Holdpoint is running on it. Stop that one, or choose another place.");
        }
    }

    @Test
    void an_empty_value_means_the_default() {
        Launch launch = new Launch(folder)
                .set("HOLDPOINT_DATABASE_URL", "")
                .set("HOLDPOINT_HOST", "")
                .set("HOLDPOINT_LOG_LEVEL", "")
                .set("HOLDPOINT_LOG_JSON", "")
                .set("HOLDPOINT_CORS_ORIGINS", "")
                .set("HOLDPOINT_MAX_STEPS", "");

        try (Service service = launch.start()) {
            assertThat(service.statusOf("/q/health/ready")).isEqualTo(200);
        }
    }

    @Test
    void docker_named_and_its_engine_down() {
        Launch launch = new Launch(folder)
                .set("HOLDPOINT_SANDBOX", "docker")
                .set("DOCKER_HOST", "unix://" + folder.resolve("no.sock"));

        try (Service service = launch.start()) {
            unready(service, "docker", "the Docker engine does not answer");
            String thread = service.newThread();
            assertThat(service.post("/api/threads/" + thread + "/exec", "{\"command\":\"true\"}")
                            .path("code")
                            .asText())
                    .isEqualTo("sandbox_unavailable");
        }
    }

    @Test
    void bubblewrap_named_and_missing() {
        Launch launch = new Launch(folder).without("/usr/bin/bwrap");

        try (Service service = launch.start()) {
            unready(service, "bubblewrap", "bubblewrap is not installed: apt-get install bubblewrap");
        }
    }

    @Test
    void no_sandbox_at_all() {
        Launch launch = new Launch(folder)
                .without("/usr/bin/bwrap")
                .set("HOLDPOINT_SANDBOX", "auto")
                .set("DOCKER_HOST", "unix://" + folder.resolve("no.sock"));

        try (Service service = launch.start()) {
            unready(service, "none", "bubblewrap is not installed: apt-get install bubblewrap");
            Service.Chat chat =
                    service.chat(service.newThread(), "run: echo hello").awaitText("RUN_FINISHED");
            assertThat(chat.text()).doesNotContain("\"interrupt\"");
        }
    }

    private static void unready(Service service, String backend, String problem) {
        JsonNode readiness = service.readiness();
        assertThat(service.statusOf("/q/health/ready")).isEqualTo(503);
        assertThat(readiness.path("checks")).anySatisfy(check -> {
            assertThat(check.path("name").asText()).isEqualTo("sandbox");
            assertThat(check.path("status").asText()).isEqualTo("DOWN");
            assertThat(check.path("data").path("uses").asText()).isEqualTo(backend);
            assertThat(check.path("data").path("problem").asText()).contains(problem);
        });
    }

    private static void refused(Launch.Ended ended, String... problems) {
        assertThat(ended.errors())
                .as(ended.output())
                .containsExactly(java.util.Arrays.stream(problems)
                        .map(p -> "holdpoint: " + p)
                        .toArray(String[]::new));
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.errors().toString()).doesNotContain(SECRET);
    }
}
