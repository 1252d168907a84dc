package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.holdpoint.sandbox.NetworkSettings;
import dev.holdpoint.sandbox.NetworkSettings.Firewall;
import dev.holdpoint.sandbox.NetworkSettings.Mode;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.network.Allowlist;
import dev.holdpoint.sandbox.network.BridgeFirewall;
import dev.holdpoint.sandbox.network.EgressProxy;
import dev.holdpoint.sandbox.network.Nameservers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What containers are attached to. It is made at first need and looked at again before each container is made and every
 * ten seconds, since engines, people and reloads of a firewall take away networks and rules. While it isn't as closed as it
 * has to be, no container is made and no command starts.
 */
final class SandboxNetwork implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SandboxNetwork.class.getName());
    private static final Duration LOOK = Duration.ofSeconds(4);
    private static final Duration REMOVE = Duration.ofSeconds(5);
    private static final Duration FRESH = Duration.ofSeconds(2);
    private static final Duration ROUND = Duration.ofSeconds(10);
    /** Where the proxy listens when an operator has to know its port; each process of the service takes one. */
    private static final List<Integer> KNOWN_PORTS =
            IntStream.rangeClosed(3128, 3143).boxed().toList();

    private final SandboxSettings settings;
    private final Mode mode;
    private final EngineNetwork network;
    private final List<String> nameservers = Nameservers.ofThisHost();
    private final BridgeFirewall firewall;
    private final ReentrantLock checking = new ReentrantLock();
    private @Nullable EgressProxy proxy;
    private @Nullable Thread watch;
    private long checked;
    private boolean closed;
    private volatile @Nullable String trouble;

    SandboxNetwork(DockerEngine engine, SandboxSettings settings) {
        this.settings = settings;
        this.mode = settings.network().mode();
        this.network = new EngineNetwork(engine, settings);
        this.firewall = new BridgeFirewall(network.bridge(), mode, nameservers);
    }

    /**
     * How a container is attached.
     *
     * @param environment of its processes
     * @param nameservers none for the engine's own choice
     */
    record Attachment(String network, List<String> environment, List<String> nameservers) {}

    /** Everything is in place when this returns; a container made with it by then is confined. */
    Attachment attach() throws SandboxUnavailable, EngineDown, InterruptedException {
        return switch (mode) {
            case NONE -> new Attachment("none", List.of(), List.of());
            case BRIDGE -> {
                check(FRESH);
                yield new Attachment(network.name(), List.of(), nameservers);
            }
            // Names are for the proxy to look up: a query is a way out too. In the container, this address is its own.
            case ALLOWLIST -> new Attachment(network.name(), environment(check(FRESH)), List.of("127.0.0.1"));
        };
    }

    private static List<String> environment(@Nullable EgressProxy proxy) {
        if (proxy == null) {
            throw new IllegalStateException("there is no proxy");
        }
        String url = "http://" + proxy.address().getAddress().getHostAddress() + ":"
                + proxy.address().getPort();
        return Stream.concat(
                        Stream.of("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
                                .map(name -> name + "=" + url),
                        Stream.of("NO_PROXY", "no_proxy").map(name -> name + "=localhost,127.0.0.1"))
                .toList();
    }

    /** For before each command; costs nothing unless something was wrong at the last look. */
    void requireClosed() throws SandboxUnavailable, EngineDown, InterruptedException {
        if (trouble != null) {
            check(FRESH);
        }
    }

    /** Tries, and mends what can be mended. */
    Optional<String> problem() throws EngineDown, InterruptedException {
        try {
            if (mode != Mode.NONE) {
                check(FRESH);
            }
            return Optional.empty();
        } catch (SandboxUnavailable e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private @Nullable EgressProxy check(Duration fresh) throws SandboxUnavailable, EngineDown, InterruptedException {
        checking.lockInterruptibly();
        try {
            boolean known = watch != null && trouble == null;
            if (!known || System.nanoTime() - checked > fresh.toNanos()) {
                look(owner -> true);
            }
            return proxy;
        } finally {
            checking.unlock();
        }
    }

    private void look(Predicate<String> alive) throws SandboxUnavailable, EngineDown, InterruptedException {
        if (closed) {
            throw new SandboxUnavailable("the service stops");
        }
        try {
            String gateway = network.ensure(LOOK);
            listen(gateway);
            shut(alive);
            trouble = null;
            checked = System.nanoTime();
            begin();
        } catch (SandboxUnavailable e) {
            trouble = e.getMessage();
            throw e;
        } catch (DockerException e) {
            LOG.log(System.Logger.Level.WARNING, "no network for sandboxes", e);
            String what = "the Docker engine can't make a network for sandboxes (docker network prune frees addresses)";
            trouble = what;
            throw new SandboxUnavailable(what, e);
        }
    }

    private void listen(String gateway) throws SandboxUnavailable {
        EgressProxy known = proxy;
        boolean listens =
                known != null && known.address().getAddress().getHostAddress().equals(gateway);
        if (mode != Mode.ALLOWLIST || listens) {
            return;
        }
        NetworkSettings wanted = settings.network();
        try {
            List<Integer> ports = wanted.firewall() == Firewall.OWN ? List.of(0) : KNOWN_PORTS;
            proxy = EgressProxy.open(InetAddress.ofLiteral(gateway), ports, Allowlist.of(wanted.allowed()));
        } catch (IOException e) {
            throw new SandboxUnavailable(
                    "the proxy for HOLDPOINT_SANDBOX_NETWORK=allowlist can't listen on the sandboxes' network ("
                            + reason(e) + "): the service must run on the engine's own machine and network",
                    e);
        }
        if (known != null) {
            known.close();
        }
    }

    private void shut(Predicate<String> alive) throws SandboxUnavailable, InterruptedException {
        if (settings.network().firewall() == Firewall.EXTERNAL) {
            return;
        }
        try {
            if (NetworkInterface.getByName(network.bridge()) == null) {
                throw new IOException("the engine isn't on this machine and network");
            }
            firewall.ensure(door(), alive);
        } catch (IOException e) {
            throw new SandboxUnavailable(
                    "sandboxes can't be kept from this host and private addresses (" + reason(e)
                            + "): run the service as root beside its engine, or set the rules of docs/sandbox.md and"
                            + " HOLDPOINT_SANDBOX_FIREWALL=external",
                    e);
        }
    }

    private Optional<BridgeFirewall.Door> door() {
        return Optional.ofNullable(proxy).map(p -> new BridgeFirewall.Door(settings.owner(), p.address()));
    }

    private static String reason(IOException e) {
        return String.valueOf(e.getMessage());
    }

    private void begin() {
        if (watch == null) {
            watch = Thread.ofVirtual().name("holdpoint-network").start(this::watch);
        }
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(ROUND);
                lookAgain();
            }
        } catch (InterruptedException e) {
            return; // it was closed
        }
    }

    private void lookAgain() throws InterruptedException {
        String before = trouble;
        try {
            check(Duration.ZERO);
        } catch (EngineDown e) {
            LOG.log(System.Logger.Level.DEBUG, "the network of sandboxes wasn't looked at", e);
        } catch (SandboxUnavailable e) {
            if (before == null) {
                LOG.log(System.Logger.Level.ERROR, "commands are refused: {0}", e.getMessage());
            }
        }
    }

    /** Forgets what dead processes were let through. */
    void sweep(Supplier<? extends Collection<String>> owners) {
        checking.lock();
        try {
            if (watch != null) {
                look(owner -> owners.get().contains(owner));
            }
        } catch (SandboxUnavailable | EngineDown e) {
            LOG.log(System.Logger.Level.DEBUG, "the network of sandboxes wasn't swept", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            checking.unlock();
        }
    }

    Optional<String> address(InspectContainerResponse container) {
        return network.address(container);
    }

    /** The network goes too, unless another process has containers in it. */
    @Override
    public void close() {
        checking.lock();
        try {
            closed = true;
            if (watch != null) {
                watch.interrupt();
                release();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the network of sandboxes was not taken down", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            checking.unlock();
        }
    }

    private void release() throws IOException, InterruptedException {
        if (proxy != null) {
            proxy.close();
        }
        boolean gone = network.remove(REMOVE);
        if (settings.network().firewall() == Firewall.EXTERNAL) {
            return;
        }
        if (gone) {
            firewall.remove();
        } else {
            firewall.ensure(Optional.empty(), owner -> !owner.equals(settings.owner()));
        }
    }
}
