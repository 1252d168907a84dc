package dev.holdpoint.sandbox.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The only way out for sandboxes that may reach named hosts: an HTTP proxy for plain HTTP and for tunnels (CONNECT). It
 * looks up names itself, so that sandboxes need no name server. A tunnel must carry TLS for the host that it was opened
 * to, unless the list names its port; what is said inside of TLS isn't seen.
 */
public final class EgressProxy implements AutoCloseable {

    static final int MAX_CONNECTIONS = 1_024;
    /** Of one sandbox, told by its address. */
    static final int MAX_CONNECTIONS_EACH = 128;

    private static final System.Logger LOG = System.getLogger(EgressProxy.class.getName());
    private static final int BACKLOG = 256;
    /** After a connection could not be accepted, as when files are used up. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ServerSocket socket;
    private final Allowlist allowed;
    private final Outside outside;
    private final Lookup lookup;
    private final RefusalLog refusals = new RefusalLog();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<InetAddress, Integer> bySandbox = new ConcurrentHashMap<>();

    private EgressProxy(ServerSocket socket, Allowlist allowed, Outside outside) {
        this.socket = socket;
        this.allowed = allowed;
        this.outside = outside;
        this.lookup = new Lookup(outside);
    }

    /**
     * @param address one of this machine that sandboxes can reach
     * @param ports where to listen, the first that is free; 0 is any
     * @throws IOException if the address isn't this machine's, or no port is free
     */
    public static EgressProxy open(InetAddress address, List<Integer> ports, Allowlist allowed) throws IOException {
        return start(listen(address, ports), allowed, new Outside.World());
    }

    static EgressProxy start(ServerSocket socket, Allowlist allowed, Outside outside) {
        EgressProxy proxy = new EgressProxy(socket, allowed, outside);
        Thread.ofVirtual().name("holdpoint-egress").start(proxy::accept);
        return proxy;
    }

    private static ServerSocket listen(InetAddress address, List<Integer> ports) throws IOException {
        IOException last = new BindException("no port is named");
        for (int port : ports) {
            try {
                return new ServerSocket(port, BACKLOG, address);
            } catch (BindException e) {
                last = e;
            }
        }
        throw last;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                Thread.ofVirtual().name("holdpoint-egress-connection").start(() -> serve(client));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.log(System.Logger.Level.WARNING, "the egress proxy can't accept a connection", e);
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }
    }

    private void serve(Socket client) {
        InetAddress sandbox = client.getInetAddress();
        boolean hasRoom = bySandbox.merge(sandbox, 1, Integer::sum) <= MAX_CONNECTIONS_EACH
                && open.size() <= MAX_CONNECTIONS
                && !socket.isClosed();
        try (client) {
            ProxyConnection connection = new ProxyConnection(client, allowed, lookup, outside, refusals);
            if (hasRoom) {
                connection.serve();
            } else {
                connection.answer(new Refusal(503, "There are too many connections through the proxy at once."));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a connection through the egress proxy broke off", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
            bySandbox.computeIfPresent(sandbox, (address, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Ends all connections too. */
    @Override
    public void close() {
        try {
            socket.close();
            for (Socket client : open) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't close the egress proxy", e);
        } finally {
            lookup.close();
        }
    }
}
