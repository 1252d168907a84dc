package dev.holdpoint.sandbox.network;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection of a sandbox to the proxy, which carries one request or one tunnel. */
final class ProxyConnection {

    private static final System.Logger LOG = System.getLogger(ProxyConnection.class.getName());
    static final Duration IDLE = Duration.ofMinutes(5);

    private static final Pattern ADDRESS = Pattern.compile("(?i:http)://([^/?#]*)([^#]*)(#.*)?");
    private static final byte[] OPEN =
            "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int READ_MILLIS = 10_000;

    private final Socket client;
    private final Allowlist allowed;
    private final Lookup lookup;
    private final Outside outside;
    private final RefusalLog refusals;

    ProxyConnection(Socket client, Allowlist allowed, Lookup lookup, Outside outside, RefusalLog refusals) {
        this.client = client;
        this.allowed = allowed;
        this.lookup = lookup;
        this.outside = outside;
        this.refusals = refusals;
    }

    void serve() throws IOException, InterruptedException {
        client.setSoTimeout(READ_MILLIS);
        InputStream in = new BufferedInputStream(client.getInputStream());
        try {
            RequestHead head = head(in);
            if (head.method().equals("CONNECT")) {
                tunnel(head, in);
            } else {
                forward(head, in);
            }
        } catch (Refusal e) {
            answer(e);
        }
    }

    private static RequestHead head(InputStream in) throws IOException {
        try {
            return RequestHead.read(in);
        } catch (EOFException | SocketTimeoutException e) {
            throw new Refusal(408, "No whole request came in time.");
        }
    }

    private void tunnel(RequestHead head, InputStream in) throws IOException, InterruptedException {
        Target target = Target.of(head.target(), 0)
                .orElseThrow(() -> Refusal.malformed("CONNECT takes the name of a host and a port"));
        try (Socket server = connect(target)) {
            client.getOutputStream().write(OPEN);
            if (!allowed.namesPort(target)) {
                Optional<ClientHello> hello = ClientHello.read(in);
                if (hello.isEmpty() || !asksFor(target, hello.get())) {
                    refusals.add(target, "what is sent through a tunnel must be TLS for the host that was asked for");
                    return;
                }
                server.getOutputStream().write(hello.get().record().array());
            }
            new Relay(client, server, IDLE).run(in, Long.MAX_VALUE, true);
        }
    }

    /** Names of hosts are sent, addresses are not. */
    private static boolean asksFor(Target target, ClientHello hello) {
        String name = hello.serverName();
        return name == null
                ? target.host().matches("[0-9.]+")
                : Target.of(name, target.port()).equals(Optional.of(target));
    }

    private void forward(RequestHead head, InputStream in) throws IOException, InterruptedException {
        Matcher address = ADDRESS.matcher(head.target());
        if (!address.matches()) {
            throw Refusal.malformed("this is a proxy: send http://host/path, or CONNECT host:443");
        }
        Target target =
                Target.of(address.group(1), 80).orElseThrow(() -> Refusal.malformed("its address doesn't name a host"));
        List<String> hosts = head.all("host");
        if (hosts.size() != 1 || !Target.of(hosts.getFirst(), 80).equals(Optional.of(target))) {
            throw Refusal.malformed("Host isn't the host of its address");
        }
        long length = head.bodyLength();
        String path = address.group(2).startsWith("/") ? address.group(2) : "/" + address.group(2);
        try (Socket server = connect(target)) {
            server.getOutputStream().write(head.forServer(path));
            new Relay(client, server, IDLE).run(in, length, false);
        }
    }

    /** The addresses that are looked at here are those that are connected to: a name can't change its mind in between. */
    private Socket connect(Target target) throws IOException, InterruptedException {
        if (!allowed.allows(target)) {
            refusals.add(target, "not in HOLDPOINT_SANDBOX_ALLOW");
            throw Refusal.notListed(target);
        }
        List<InetAddress> open = new ArrayList<>();
        for (InetAddress address : lookup.addresses(target)) {
            if (!ClosedAddresses.contain(address) && !ClosedAddresses.isThisHost(address)) {
                open.add(address);
            }
        }
        if (open.isEmpty()) {
            refusals.add(target, "its address is private, or this machine's");
            throw Refusal.closed(target);
        }
        return first(open, target);
    }

    private Socket first(List<InetAddress> addresses, Target target) throws Refusal {
        for (InetAddress address : addresses) {
            try {
                return outside.connect(address, target.port());
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "one of a host's addresses can't be reached", e);
            }
        }
        throw new Refusal(502, target + " can't be reached.");
    }

    /** What the sandbox still sends is read for a moment: a connection closed on it would lose the answer. */
    void answer(Refusal refusal) throws IOException {
        client.getOutputStream().write(refusal.answer());
        client.shutdownOutput();
        client.setSoTimeout(500);
        try {
            client.getInputStream().readNBytes(64 << 10);
        } catch (SocketTimeoutException e) {
            return; // it had its moment
        }
    }
}
