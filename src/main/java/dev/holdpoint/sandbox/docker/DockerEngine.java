package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final DockerClient client;
    private final EngineCalls calls = new EngineCalls();

    /** @param host null for DOCKER_HOST or the local socket */
    DockerEngine(@Nullable URI host) {
        DefaultDockerClientConfig.Builder config = DefaultDockerClientConfig.createDefaultConfigBuilder();
        if (host != null) {
            config.withDockerHost(host.toString());
        }
        DefaultDockerClientConfig built = config.build();
        client = DockerClientImpl.getInstance(
                built,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(built.getDockerHost())
                        .sslConfig(built.getSSLConfig())
                        .maxConnections(MAX_CONNECTIONS)
                        .connectionTimeout(CONNECT)
                        .build());
    }

    DockerClient client() {
        return client;
    }

    void ping(Duration deadline) throws EngineDown, InterruptedException {
        calls.repeatable("ping", deadline, () -> client.pingCmd().exec());
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
        try {
            call(
                    "start container",
                    SLOW,
                    () -> client.startContainerCmd(container).exec());
        } catch (NotModifiedException e) {
            return; // it runs
        }
    }

    /** Ends a container with all its processes. No error if there is none. */
    void remove(String container, Duration deadline) throws EngineDown, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
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

    /** Prepares a command; nothing runs yet. */
    String createExec(String container, String user, List<String> environment, List<String> command, Duration deadline)
            throws EngineDown, InterruptedException {
        return call(
                "create exec",
                deadline,
                () -> client.execCreateCmd(container)
                        .withUser(user)
                        .withWorkingDir("/workspace")
                        .withEnv(environment)
                        .withAttachStdin(false)
                        .withAttachStdout(true)
                        .withAttachStderr(true)
                        .withCmd(command.toArray(String[]::new))
                        .exec()
                        .getId());
    }

    /** Starts a prepared command and returns at once; whether it started is for {@link #inspectExec} to say. */
    void startExec(String exec, FrameSink sink) {
        client.execStartCmd(exec).withDetach(false).withTty(false).exec(sink);
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
