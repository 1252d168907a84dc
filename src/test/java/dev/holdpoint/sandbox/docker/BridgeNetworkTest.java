package dev.holdpoint.sandbox.docker;

import static dev.holdpoint.sandbox.docker.Surroundings.docker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.NetworkSettings;
import dev.holdpoint.sandbox.NetworkSettings.Mode;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The outside, but neither private addresses nor this host, nor another sandbox. */
class BridgeNetworkTest extends NetworkFixture {

    @Override
    NetworkSettings network(Surroundings outside) {
        return NetworkSettings.of(Mode.BRIDGE);
    }

    @Test
    void the_outside_is_open() throws Exception {
        String target = outside.publicAddress() + ":8080";

        assertThat(open(thread, List.of(target))).containsExactly(target);
    }

    @Test
    void private_and_metadata_addresses_are_closed() throws Exception {
        assertThat(open(thread, closedOutside())).isEmpty();
    }

    @Test
    void this_host_is_closed() throws Exception {
        assertThat(open(thread, host())).isEmpty();
    }

    @Test
    void another_sandbox_is_closed() throws Exception {
        String neighbour = neighbour();

        assertThat(open(thread, List.of(neighbour))).isEmpty();
    }

    @Test
    void rules_that_somebody_flushed_come_back_by_themselves() throws Exception {
        ThreadId next = ThreadId.create();
        run(thread, "true");
        assertThat(rules()).contains("10.0.0.0/8");
        Surroundings.run("iptables", "-t", "mangle", "-F", "HOLDPOINT-OUT-" + bridge());
        Surroundings.run("iptables", "-t", "mangle", "-D", "INPUT", "-i", bridge(), "-j", "HOLDPOINT-IN-" + bridge());

        await().atMost(Duration.ofSeconds(20)).until(() -> rules().contains("-j HOLDPOINT-IN-" + bridge()));

        try {
            assertThat(open(next, closedOutside())).isEmpty();
            assertThat(open(next, host())).isEmpty();
        } finally {
            sandboxes.remove(next);
        }
    }

    private static String rules() {
        return Surroundings.run("iptables", "-t", "mangle", "-S");
    }

    @Test
    void closing_leaves_neither_network_nor_rules_and_a_second_process_keeps_its_own() throws Exception {
        SandboxSettings fresh = settings.with(b -> b.installation = "gone-" + thread.value());
        DockerSandboxes first = open(fresh);
        DockerSandboxes second = open(fresh.named(fresh.installation(), "second"));
        String bridge = new EngineNetwork(new DockerEngine(null, null), fresh).bridge();
        second.of(other).exec(new ExecRequest("true", Duration.ofSeconds(60)), (s, b) -> {});
        assertThat(first.problem()).isEmpty();

        first.close();

        assertThat(rules()).contains(bridge);
        second.remove(other);
        second.close();
        assertThat(rules()).doesNotContain(bridge);
        assertThat(docker("network", "ls", "--format", "{{.Name}}")).doesNotContain(fresh.installation());
    }

    @Test
    void a_network_of_somebody_else_in_the_way_is_not_used() throws Exception {
        SandboxSettings fresh = settings.with(b -> b.installation = "taken-" + thread.value());
        String name = "holdpoint-" + fresh.installation() + "-bridge";
        docker("network", "create", name);
        try (DockerSandboxes blocked = open(fresh)) {
            assertThat(blocked.problem()).hasValueSatisfying(p -> assertThat(p).contains(name));
            assertThatThrownBy(
                            () -> blocked.of(thread).exec(new ExecRequest("true", Duration.ofSeconds(9)), (s, b) -> {}))
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining(name);
        } finally {
            docker("network", "rm", name);
        }
    }
}
