package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.RuntimeInfo;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.SSLConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The engine's calls that sandboxes need. Errors that it answers with are {@code DockerException}s. */
final class DockerEngine implements AutoCloseable {

    /** A running command holds one connection, and asks for others now and then. */
    static final int MAX_CONNECTIONS = 1024;

    static final Duration USUAL = Duration.ofSeconds(10);
    private static final Duration SLOW = Duration.ofSeconds(60);
    private static final Duration REMOVAL_LOOK = Duration.ofMillis(50);
    private static final Duration CONNECT = Duration.ofSeconds(3);

    private final DockerHttpClient http;
    private final DockerClient client;
    private final EngineCalls calls = new EngineCalls();

    /**
     * @param host null for DOCKER_HOST or the local socket
     * @param certificates null for no TLS, whatever the environment says
     * @throws IllegalArgumentException if the certificates can't be used
     */
    DockerEngine(@Nullable URI host, @Nullable Path certificates) {
        DefaultDockerClientConfig.Builder config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerTlsVerify(certificates != null)
                .withDockerCertPath(certificates == null ? null : certificates.toString());
        if (host != null) {
            config.withDockerHost(host.toString());
        }
        DefaultDockerClientConfig built = config.build();
        check(built.getSSLConfig());
        http = new ApacheDockerHttpClient.Builder()
                .dockerHost(built.getDockerHost())
                .sslConfig(built.getSSLConfig())
                .maxConnections(MAX_CONNECTIONS)
                .connectionTimeout(CONNECT)
                .build();
        client = DockerClientImpl.getInstance(built, http);
    }

    private static void check(@Nullable SSLConfig certificates) {
        try {
            if (certificates != null) {
                certificates.getSSLContext();
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException("ca.pem, cert.pem or key.pem in DOCKER_CERT_PATH can't be used", e);
        }
    }

    DockerClient client() {
        return client;
    }

    void ping(Duration deadline) throws EngineDown, InterruptedException {
        calls.repeatable("ping", deadline, () -> client.pingCmd().exec());
    }

    /** The names of the runtimes that the engine was told of; whether they work is another matter. */
    Set<String> runtimes(Duration deadline) throws EngineDown, InterruptedException {
        Map<String, RuntimeInfo> known = call(
                        "ask for runtimes", deadline, () -> client.infoCmd().exec())
                .getRuntimes();
        return known == null ? Set.of() : known.keySet();
    }

    boolean hasImage(String image) throws EngineDown, InterruptedException {
        try {
            call("inspect image", USUAL, () -> client.inspectImageCmd(image).exec());
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Starts to pull; the callback is told how it goes on, on a thread of its own. */
    void pull(String image, ResultCallback<PullResponseItem> progress) {
        String name =
                image.contains("@") || image.lastIndexOf(':') > image.lastIndexOf('/') ? image : image + ":latest";
        client.pullImageCmd(name).exec(progress);
    }

    String createContainer(Callable<String> create) throws EngineDown, InterruptedException {
        return call("create container", SLOW, create);
    }

    void start(String container) throws EngineDown, InterruptedException {
        start(container, SLOW);
    }

    void start(String container, Duration deadline) throws EngineDown, InterruptedException {
        try {
            call(
                    "start container",
                    deadline,
                    () -> client.startContainerCmd(container).exec());
        } catch (NotModifiedException e) {
            return; // it runs
        }
    }

    /** Ends a container with all its processes. No error if there is none. */
    void remove(String container, Duration deadline) throws EngineDown, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        thaw(container, deadline);
        try {
            call(
                    "remove container",
                    deadline,
                    () -> client.removeContainerCmd(container)
                            .withForce(true)
                            .withRemoveVolumes(true)
                            .exec());
        } catch (NotFoundException e) {
            return; // it is gone
        } catch (ConflictException e) {
            awaitRemoval(container, end);
        }
    }

    /** A paused process doesn't die, and the engine would wait for it. */
    private void thaw(String container, Duration deadline) throws EngineDown, InterruptedException {
        boolean paused = state(container, deadline)
                .map(InspectContainerResponse.ContainerState::getPaused)
                .filter(is -> is)
                .isPresent();
        if (!paused) {
            return;
        }
        try {
            call(
                    "unpause container",
                    deadline,
                    () -> client.unpauseContainerCmd(container).exec());
        } catch (DockerException e) {
            return; // somebody else was faster, or the removal says what is wrong
        }
    }

    /** Somebody else's removal of it is under way. */
    private void awaitRemoval(String container, long end) throws EngineDown, InterruptedException {
        while (inspect(container, USUAL).isPresent()) {
            if (System.nanoTime() - end > 0) {
                throw new EngineDown("the Docker engine did not remove a container in time", null);
            }
            Thread.sleep(REMOVAL_LOOK);
        }
    }

    Optional<InspectContainerResponse.ContainerState> state(String container, Duration deadline)
            throws EngineDown, InterruptedException {
        return inspect(container, deadline).map(InspectContainerResponse::getState);
    }

    /** @param container its id or its name */
    Optional<InspectContainerResponse> inspect(String container, Duration deadline)
            throws EngineDown, InterruptedException {
        try {
            return Optional.of(call(
                    "inspect container",
                    deadline,
                    () -> client.inspectContainerCmd(container).exec()));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** All containers with these labels, in whatever state. */
    List<Container> list(Map<String, String> labels) throws EngineDown, InterruptedException {
        return call(
                "list containers",
                USUAL,
                () -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(labels)
                        .exec());
    }

    /** Prepares a command, with a standard input; nothing runs yet. */
    String createExec(String container, String user, String environment, List<String> command, Duration deadline)
            throws EngineDown, InterruptedException {
        return call(
                "create exec",
                deadline,
                () -> client.execCreateCmd(container)
                        .withUser(user)
                        .withWorkingDir("/workspace")
                        .withEnv(List.of(environment))
                        .withAttachStdin(true)
                        .withAttachStdout(true)
                        .withAttachStderr(true)
                        .withCmd(command.toArray(String[]::new))
                        .exec()
                        .getId());
    }

    /** Starts a prepared exec; whether it started is for {@link #inspectExec} to say. */
    ExecStream openExec(String exec, Duration deadline) throws EngineDown, InterruptedException {
        return calls.once("start exec", deadline, () -> ExecStream.open(http, exec), ExecStream::close);
    }

    void rename(String container, String name) throws EngineDown, InterruptedException {
        call(
                "rename container",
                USUAL,
                () -> client.renameContainerCmd(container).withName(name).exec());
    }

    /** What it prints on its standard output until its end. */
    byte[] readAll(ExecStream stream, Duration deadline) throws EngineDown, InterruptedException {
        return calls.once("read an exec's output", deadline, stream::readAll, late -> {});
    }

    /** @return empty if the engine doesn't know it any more */
    Optional<InspectExecResponse> inspectExec(String exec, Duration deadline) throws EngineDown, InterruptedException {
        try {
            return Optional.of(call(
                    "inspect exec", deadline, () -> client.inspectExecCmd(exec).exec()));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    <T> T call(String what, Duration deadline, Callable<T> call) throws EngineDown, InterruptedException {
        return calls.repeatable(what, deadline, call);
    }

    @Override
    public void close() {
        calls.close();
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException("can't close the connections to the Docker engine", e);
        }
    }
}
