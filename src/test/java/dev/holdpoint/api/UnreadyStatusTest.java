package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.WithoutEngine;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(WithoutEngine.class)
class UnreadyStatusTest {

    @Test
    void it_says_what_is_wrong_as_readiness_does() {
        JsonNode status = tree(get("/api/status"));

        assertThat(status.path("ready").asBoolean(true)).isFalse();
        assertThat(status.at("/sandbox/name").asText()).isEqualTo("docker");
        assertThat(status.at("/sandbox/ready").asBoolean(true)).isFalse();
        assertThat(status.at("/sandbox/problem").asText()).isNotBlank();
        assertThat(status.at("/database/ready").asBoolean()).isTrue();
        var readiness = get("/q/health/ready");
        assertThat(readiness.statusCode()).isEqualTo(503);
        assertThat(readiness.asString()).contains(status.at("/sandbox/problem").asText());
    }
}
