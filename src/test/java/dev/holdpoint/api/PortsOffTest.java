package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.thread;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class PortsOffTest {

    @Test
    void ports_are_closed_by_default_and_the_answer_says_what_opens_them() {
        var answer = get("/api/threads/" + thread() + "/ports/8000/");

        assertProblem(answer, 403, "forbidden");
        assertThat(answer.asString()).contains("HOLDPOINT_SANDBOX_PORTS");
    }
}
