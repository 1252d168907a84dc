package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Recording;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real engine behind a relay of our own, so that the connections to it can be cut, refused and held up as an engine
 * that restarts or hangs would, without taking it away from other tests.
 */
class EngineRestartTest {

    private static final Path ENGINE = Path.of("/var/run/docker.sock");
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final ThreadId thread = ThreadId.create();
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean holds;
    private ServerSocketChannel relay;
    private Thread accepting;
    private DockerSandboxes sandboxes;

    @BeforeEach
    void start() throws IOException {
        startRelay();
        SandboxSettings usual = DockerSetting.of(folder.resolve("workspaces"), folder.resolve("shared"));
        SandboxSettings settings = usual.with(b -> {
            b.sharedDir = null;
            b.dockerHost = URI.create("unix://" + folder.resolve("relay.sock"));
        });
        sandboxes = new DockerSandboxes(settings, Workspaces.open(settings));
    }

    @AfterEach
    void stop() throws Exception {
        holds = false;
        sandboxes.remove(thread);
        sandboxes.close();
        stopRelay();
    }

    private void startRelay() throws IOException {
        Path socket = folder.resolve("relay.sock");
        java.nio.file.Files.deleteIfExists(socket);
        relay = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        relay.bind(UnixDomainSocketAddress.of(socket));
        ServerSocketChannel listening = relay;
        accepting = Thread.ofPlatform().daemon().start(() -> accept(listening));
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(ENGINE));
                open.add(client);
                open.add(engine);
                Thread.ofPlatform().daemon().start(() -> carry(client, engine));
                Thread.ofPlatform().daemon().start(() -> carry(engine, client));
            }
        } catch (IOException e) {
            return; // the relay was stopped
        }
    }

    private void carry(SocketChannel from, SocketChannel to) {
        try (from;
                to) {
            var in = Channels.newInputStream(from);
            var out = Channels.newOutputStream(to);
            byte[] chunk = new byte[8192];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                while (holds) {
                    Thread.sleep(20);
                }
                out.write(chunk, 0, read);
            }
        } catch (IOException | InterruptedException e) {
            return; // cut
        }
    }

    private void cut() throws IOException {
        for (SocketChannel channel : open) {
            channel.close();
        }
        open.clear();
    }

    /** Until whoever accepts has left, the system may still accept a connection. */
    private void stopRelay() throws IOException, InterruptedException {
        relay.close();
        accepting.join();
        cut();
    }

    private ExecResult run(String command, Duration timeout) throws SandboxUnavailable, InterruptedException {
        return sandboxes.of(thread).exec(new ExecRequest(command, timeout), new Recording());
    }

    @Test
    void the_first_command_after_all_connections_were_cut_runs() throws Exception {
        assertThat(run("exit 1", LONG).exitCode()).isEqualTo(1);
        cut();

        assertThat(run("exit 2", LONG).exitCode()).isEqualTo(2);
    }

    @Test
    void a_command_whose_stream_was_cut_still_ends_with_its_own_exit_code() throws Exception {
        run("true", LONG);
        Thread.startVirtualThread(() -> later(this::cut));

        assertThat(run("sleep 3; exit 6", LONG).exitCode()).isEqualTo(6);
    }

    @Test
    void a_command_is_unknown_when_the_engine_stays_away() throws Exception {
        run("true", LONG);
        Thread.startVirtualThread(() -> later(this::stopRelay));

        ExecResult result = run("sleep 50", LONG);

        assertThat(result.outcome()).isEqualTo(Outcome.OUTCOME_UNKNOWN);
        assertThat(result.duration()).isLessThan(Duration.ofSeconds(25));
        startRelay();
        assertThat(run("exit 3", LONG).exitCode()).isEqualTo(3);
    }

    @Test
    void a_timeout_is_kept_when_the_engine_hangs() throws Exception {
        run("true", LONG);
        Thread.startVirtualThread(() -> later(() -> holds = true));

        ExecResult result = run("sleep 50", Duration.ofSeconds(3));

        assertThat(result.outcome()).isEqualTo(Outcome.OUTCOME_UNKNOWN);
        assertThat(result.duration()).isLessThan(Duration.ofSeconds(3 + 6));
    }

    @Test
    void an_engine_that_is_down_is_a_problem_until_it_is_back() throws Exception {
        stopRelay();

        assertThat(sandboxes.problem().orElseThrow()).contains("Docker engine does not answer");
        assertThatThrownBy(() -> run("true", LONG))
                .isInstanceOf(SandboxUnavailable.class)
                .hasMessageContaining("DOCKER_HOST");
        assertThat(sandboxes.of(thread).files().list("/workspace", true, 10).entries())
                .isEmpty();

        startRelay();
        assertThat(sandboxes.problem()).isEmpty();
        assertThat(run("exit 4", LONG).exitCode()).isEqualTo(4);
    }

    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private static void later(Action action) {
        try {
            Thread.sleep(1000);
            action.run();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
