package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network;
import dev.holdpoint.sandbox.NetworkSettings.Mode;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An installation's own network in the engine, with a bridge that no other container is on. */
final class EngineNetwork {

    private static final String ICC = "com.docker.network.bridge.enable_icc";
    private static final String BRIDGE = "com.docker.network.bridge.name";
    private static final int ATTEMPTS = 3;

    private final DockerEngine engine;
    private final String name;
    private final String bridge;
    private final boolean internal;
    private final Map<String, String> labels;

    EngineNetwork(DockerEngine engine, SandboxSettings settings) {
        Mode mode = settings.network().mode();
        this.engine = engine;
        this.name = "holdpoint-" + settings.installation() + "-" + mode.name().toLowerCase(Locale.ROOT);
        this.bridge = (mode == Mode.ALLOWLIST ? "hpa-" : "hpb-") + hash(settings.installation());
        this.internal = mode == Mode.ALLOWLIST;
        this.labels = Map.of(ContainerSpec.INSTALLATION, settings.installation());
    }

    /** The name of an interface has room for 15 characters. */
    private static String hash(String installation) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(installation.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String name() {
        return name;
    }

    String bridge() {
        return bridge;
    }

    /** Makes it if it isn't there. @return the address that this host has in it */
    String ensure(Duration deadline) throws SandboxUnavailable, EngineDown, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Optional<Network> found = find(deadline);
            if (found.isPresent()) {
                return gateway(found.get());
            }
            try {
                engine.call("create network", deadline, this::create);
            } catch (ConflictException e) {
                if (attempt == ATTEMPTS) {
                    throw e; // else another process was faster
                }
            }
        }
    }

    private Optional<Network> find(Duration deadline) throws EngineDown, InterruptedException {
        try {
            return Optional.of(engine.call(
                    "inspect network",
                    deadline,
                    () -> engine.client()
                            .inspectNetworkCmd()
                            .withNetworkId(name)
                            .exec()));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private String create() {
        return engine.client()
                .createNetworkCmd()
                .withName(name)
                .withDriver("bridge")
                .withCheckDuplicate(true)
                .withInternal(internal)
                .withEnableIpv6(false)
                .withOptions(Map.of(BRIDGE, bridge, ICC, "false"))
                .withLabels(labels)
                .exec()
                .getId();
    }

    private String gateway(Network found) throws SandboxUnavailable {
        Map<String, String> options = found.getOptions();
        boolean ours = labels.equals(found.getLabels())
                && options != null
                && bridge.equals(options.get(BRIDGE))
                && "false".equals(options.get(ICC))
                && Boolean.valueOf(internal).equals(found.getInternal());
        if (!ours) {
            throw new SandboxUnavailable(
                    "a network that isn't this service's, or was made in another way, has the name " + name
                            + ": remove it with 'docker network rm " + name + "'");
        }
        return Stream.ofNullable(found.getIpam())
                .flatMap(ipam -> Stream.ofNullable(ipam.getConfig()).flatMap(List::stream))
                .flatMap(config -> Stream.ofNullable(config.getGateway()))
                .findFirst()
                .orElseThrow(() -> new SandboxUnavailable("the engine gave the network " + name + " no address"));
    }

    /** The container's address in it; empty if it isn't in it, or doesn't run. */
    Optional<String> address(InspectContainerResponse container) {
        return Optional.ofNullable(container.getNetworkSettings())
                .flatMap(settings -> Optional.ofNullable(settings.getNetworks()))
                .flatMap(networks -> Optional.ofNullable(networks.get(name)))
                .map(ContainerNetwork::getIpAddress)
                .filter(address -> !address.isEmpty());
    }

    /** @return whether it is gone; it stays while containers are in it */
    boolean remove(Duration deadline) throws EngineDown, InterruptedException {
        try {
            engine.call(
                    "remove network",
                    deadline,
                    () -> engine.client().removeNetworkCmd(name).exec());
            return true;
        } catch (NotFoundException e) {
            return true;
        } catch (DockerException e) {
            return false;
        }
    }
}
