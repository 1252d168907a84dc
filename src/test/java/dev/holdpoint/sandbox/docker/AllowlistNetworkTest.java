package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.sandbox.NetworkSettings;
import dev.holdpoint.sandbox.NetworkSettings.Firewall;
import dev.holdpoint.sandbox.NetworkSettings.Mode;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Named hosts through the proxy, and nothing else in any other way. */
class AllowlistNetworkTest extends NetworkFixture {

    @Override
    NetworkSettings network(Surroundings outside) {
        List<String> allowed = List.of(
                outside.publicAddress() + ":8080", outside.privateAddress() + ":8080", "127.0.0.1:8080", "*.invalid");
        return new NetworkSettings(Mode.ALLOWLIST, allowed, Firewall.OWN, false);
    }

    /** @return the status of a GET as an agent's own program would do it, with the proxy from the environment */
    private String get(String url) throws SandboxUnavailable, InterruptedException {
        return run(thread, """
                python3 - <<'EOF'
                import urllib.request, urllib.error
                try:
                    print(urllib.request.urlopen("%s", timeout=20).status)
                except urllib.error.HTTPError as e:
                    print(e.code, e.read().decode())
                EOF
                """.formatted(url));
    }

    @Test
    void a_named_host_is_reached_through_the_proxy_only() throws Exception {
        String target = outside.publicAddress() + ":8080";

        assertThat(get("http://" + target + "/")).isEqualTo("200");
        assertThat(open(thread, List.of(target))).isEmpty();
    }

    @Test
    void a_host_that_is_not_named_is_refused_with_the_setting_that_would_let_it_through() throws Exception {
        assertThat(get("http://" + outside.publicAddress() + ":8081/"))
                .startsWith("403 ")
                .contains("HOLDPOINT_SANDBOX_ALLOW");
    }

    @Test
    void naming_does_not_open_what_is_closed() throws Exception {
        assertThat(get("http://" + outside.privateAddress() + ":8080/")).startsWith("403 ");
        // A client would go there itself, so the proxy is spoken to by hand.
        assertThat(run(thread, """
                python3 - <<'EOF'
                import os, socket
                host, port = os.environ["HTTP_PROXY"].split("/")[2].split(":")
                s = socket.create_connection((host, int(port)))
                s.sendall(b"CONNECT 127.0.0.1:8080 HTTP/1.1\\r\\n\\r\\n")
                print(s.recv(99).decode())
                EOF
                """)).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void of_this_host_only_the_proxy_is_open() throws Exception {
        String proxy = run(thread, "echo ${HTTP_PROXY#http://}");
        List<String> targets = new ArrayList<>(host());
        targets.add(proxy);

        assertThat(open(thread, targets)).containsExactly(proxy);
        assertThat(run(thread, "echo $HTTPS_PROXY $http_proxy $https_proxy").split(" "))
                .containsOnly("http://" + proxy)
                .hasSize(3);
    }

    @Test
    void nothing_else_is_open() throws Exception {
        String neighbour = neighbour();
        List<String> targets = new ArrayList<>(closedOutside());
        targets.addAll(List.of(neighbour, outside.publicAddress() + ":8080", outside.publicAddress() + ":8081"));

        assertThat(open(thread, targets)).isEmpty();
    }

    @Test
    void no_name_is_looked_up_in_the_sandbox() throws Exception {
        String found = run(thread, """
                python3 - <<'EOF'
                import socket
                q = bytes.fromhex("000701000001000000000000") + b"\\x07example\\x03org\\x00" + bytes.fromhex("00010001")
                for server in ("127.0.0.11", "127.0.0.1", "8.8.8.8"):
                    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    s.settimeout(2)
                    try:
                        s.sendto(q, (server, 53))
                        answer = s.recv(512)
                        if answer[7] or answer[3] & 15 in (0, 3):
                            print(server, "answers")
                    except OSError:
                        pass
                print("done")
                EOF
                """);

        assertThat(found).isEqualTo("done");
    }

    @Test
    void a_process_that_died_leaves_no_open_port() throws IOException, InterruptedException {
        try (DockerSandboxes second = open(settings.named(settings.installation(), "second"))) {
            assertThat(second.problem()).isEmpty();
            assertThat(doors()).hasSize(2);

            sandboxes.sweep(() -> Set.of());

            assertThat(doors()).singleElement().asString().contains("holdpoint-" + settings.owner());
        }
    }

    private List<String> doors() {
        return Surroundings.run("iptables", "-t", "mangle", "-S", "HOLDPOINT-IN-" + bridge())
                .lines()
                .filter(rule -> rule.contains("--dport"))
                .toList();
    }
}
