package dev.holdpoint.sandbox.docker;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.NetworkSettings;
import dev.holdpoint.sandbox.Recording;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes with a network, looked at from the inside. One set of them serves a whole class: containers take their time. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NetworkFixture {

    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String PROBE = """
            import socket, sys, threading
            def look(target):
                host, port = target.rsplit(":", 1)
                try:
                    socket.create_connection((host, int(port)), 2).close()
                    print(target)
                except OSError:
                    pass
            all = [threading.Thread(target=look, args=(t,)) for t in sys.argv[1:]]
            [t.start() for t in all]
            [t.join() for t in all]
            """;

    final ThreadId thread = ThreadId.create();
    final ThreadId other = ThreadId.create();
    Surroundings outside;
    SandboxSettings settings;
    DockerSandboxes sandboxes;
    private ServerSocket host;

    abstract NetworkSettings network(Surroundings outside);

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        SandboxSettings usual = DockerSetting.of(folder.resolve("workspaces"), folder.resolve("shared"));
        outside = new Surroundings(usual.image());
        host = new ServerSocket(0); // on all addresses of this machine, as the service itself may be
        settings = usual.with(b -> {
            b.network = network(outside);
            b.installation = "network-" + ThreadId.create().value();
        });
        sandboxes = open(settings);
        assertThat(sandboxes.problem()).isEmpty();
    }

    static DockerSandboxes open(SandboxSettings settings) throws IOException {
        return new DockerSandboxes(settings, Workspaces.open(settings));
    }

    @AfterAll
    void close() throws IOException {
        sandboxes.remove(thread);
        sandboxes.remove(other);
        sandboxes.close();
        host.close();
        outside.close();
    }

    /** @return what it printed */
    String run(ThreadId in, String command) throws SandboxUnavailable, InterruptedException {
        Recording output = new Recording();
        sandboxes.of(in).exec(new ExecRequest(command, LONG), output);
        return output.out().strip();
    }

    /** @return those of the targets, each {@code address:port}, that a sandbox can connect to */
    Set<String> open(ThreadId in, List<String> targets) throws SandboxUnavailable, InterruptedException {
        return run(in, "python3 - " + String.join(" ", targets) + " <<'EOF'\n" + PROBE + "EOF")
                .lines()
                .collect(toSet());
    }

    /** Ports of this machine, by each of its addresses; a server answers there. */
    List<String> host() throws SocketException {
        List<String> targets = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .map(address -> address + ":" + host.getLocalPort())
                .toList();
        assertThat(targets).hasSizeGreaterThan(1);
        return targets;
    }

    String address(ThreadId of) {
        String container = Surroundings.docker("ps", "-q", "--filter", "name=" + of);
        return Surroundings.docker(
                "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
    }

    String networkName() {
        return "holdpoint-" + settings.installation() + "-"
                + settings.network().mode().name().toLowerCase(java.util.Locale.ROOT);
    }

    String bridge() {
        return new EngineNetwork(new DockerEngine(null, null), settings).bridge();
    }

    List<String> closedOutside() {
        return List.of(outside.privateAddress() + ":8080", outside.linkLocalAddress() + ":8080");
    }

    /** A server in the sandbox of another thread. */
    String neighbour() throws SandboxUnavailable, InterruptedException {
        run(
                other,
                "nohup python3 -m http.server 8099 >/dev/null 2>&1 & "
                        + "until python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", 8099))' 2>/dev/null; do"
                        + " sleep 0.1; done");
        assertThat(Surroundings.answers(address(other), 8099)).isTrue();
        return address(other) + ":8099";
    }
}
