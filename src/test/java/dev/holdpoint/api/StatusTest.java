package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class StatusTest {

    @Test
    void each_part_is_named_and_ready() throws IOException {
        JsonNode status = tree(get("/api/status"));

        assertThat(status.path("ready").isBoolean()).isTrue();
        assertThat(status.path("ready").asBoolean()).isTrue();
        assertThat(status.at("/model/name").asText()).isEqualTo("scripted-1");
        assertThat(status.at("/model/demo").asBoolean(true)).isFalse();
        assertThat(status.path("sandbox").toString()).isEqualTo("{\"name\":\"bubblewrap\",\"ready\":true}");
        assertThat(status.path("database").toString()).isEqualTo("{\"name\":\"SQLite\",\"ready\":true}");
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<artifactId>holdpoint</artifactId>\n  <version>"
                        + status.path("version").asText() + "</version>");
    }

    @Test
    void the_model_is_as_it_was_when_it_was_last_asked() {
        ServiceUnderTest.model().reset();
        ServiceUnderTest.model().enqueue(Answer.status(401, "{}"));
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        chat(thread(), "go").awaitEnd();
        JsonNode failed = tree(get("/api/status"));

        assertThat(Instant.parse(failed.at("/model/asked_at").asText())).isBetween(before, Instant.now());
        assertThat(failed.at("/model/failure/code").asText()).isEqualTo("model_refused");
        assertThat(failed.at("/model/failure/message").asText()).contains("401");
        assertThat(failed.path("ready").asBoolean())
                .as("threads can be read all the same")
                .isTrue();

        ServiceUnderTest.model().enqueue(Answer.text("here"));
        chat(thread(), "again").awaitEnd();
        JsonNode well = tree(get("/api/status")).path("model");
        assertThat(well.has("asked_at")).isTrue();
        assertThat(well.has("failure")).isFalse();
    }

    @Test
    void a_part_that_cannot_be_looked_at_is_a_problem() {
        var broken = new Parts.Part("docker", () -> {
            throw new IllegalStateException("secret path");
        });
        var fine = new Parts.Part("sqlite", Optional::empty);

        JsonNode status = new StatusResource(
                        new Parts("1", new Parts.Model("demo", true, Optional::empty), broken, fine))
                .status();

        assertThat(status.path("ready").asBoolean(true)).isFalse();
        assertThat(status.at("/sandbox/ready").asBoolean(true)).isFalse();
        assertThat(status.at("/sandbox/problem").asText()).contains("docker").doesNotContain("secret");
        assertThat(status.at("/database/ready").asBoolean()).isTrue();
        assertThat(status.at("/model/demo").asBoolean()).isTrue();
    }
}
