package dev.holdpoint.sandbox.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate of sandboxes with a list of hosts; a server behind it keeps what it gets and says {@code hello}. */
@Timeout(60)
class EgressProxyTest {

    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

    private ServerSocket server;
    private ScriptedOutside outside;
    private EgressProxy proxy;
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::answer);
        outside = new ScriptedOutside((InetSocketAddress) server.getLocalSocketAddress());
        outside.name("good.example", "203.0.113.7").name("a.wild.example", "203.0.113.8");
        proxy = EgressProxy.start(
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                Allowlist.of(List.of("good.example", "*.wild.example", "raw.example:2222", "198.51.100.9")),
                outside);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    /** Answers once a request is whole, and reads on to the end. */
    private void answer() {
        while (true) {
            try (Socket client = server.accept()) {
                InputStream in = client.getInputStream();
                for (int next = in.read(); next >= 0; next = in.read()) {
                    keep(next);
                    if (isWhole(got()) && !client.isOutputShutdown()) {
                        client.getOutputStream().write(ANSWER.getBytes(ISO_8859_1));
                        client.shutdownOutput();
                    }
                }
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    private void keep(int next) {
        synchronized (got) {
            got.write(next);
        }
    }

    /** Whether it is a whole request, or the beginning of something else than HTTP. */
    private static boolean isWhole(String text) {
        boolean http = text.startsWith("G") || text.startsWith("P");
        return !http || (text.contains("\r\n\r\n") && (text.startsWith("G") || text.endsWith("body")));
    }

    private String got() {
        synchronized (got) {
            return got.toString(ISO_8859_1);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(proxy.address());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private String send(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return rest(socket);
        }
    }

    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (SocketException e) {
            return "reset";
        }
    }

    private static String get(String host) {
        return "GET http://" + host + "/path?q=1 HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    /** Opens a tunnel, sends this, and tells what comes back through it. */
    private String tunnel(String target, byte[] first) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n").getBytes(ISO_8859_1));
            String opened = new String(socket.getInputStream().readNBytes(39), ISO_8859_1);
            assertThat(opened).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
            socket.getOutputStream().write(first);
            socket.shutdownOutput();
            return rest(socket);
        }
    }

    @Test
    void a_request_to_a_listed_host_arrives_as_a_server_expects_it() throws IOException {
        String request = "POST http://GOOD.example/path?q=1 HTTP/1.1\r\nHost: good.example:80\r\nProxy-Connection:"
                + " keep-alive\r\nConnection: keep-alive, X-Secret\r\nX-Secret: s\r\nX-Other: o\r\nContent-Length:"
                + " 4\r\n\r\nbody";

        String answer = send(request);

        assertThat(answer).isEqualTo(ANSWER);
        await().until(() -> got().endsWith("body"));
        assertThat(got())
                .isEqualTo("POST /path?q=1 HTTP/1.1\r\nhost: good.example:80\r\nx-other: o\r\ncontent-length: 4\r\n"
                        + "connection: close\r\n\r\nbody");
        assertThat(outside.connections).containsExactly("203.0.113.7:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "other.example",
                "good.example:8080",
                "sub.good.example",
                "wild.example",
                "evilwild.example",
                "raw.example",
                "198.51.100.8",
                "good.example.",
                "xgood.example"
            })
    void what_the_list_does_not_name_is_refused_with_the_setting_that_would(String host) throws IOException {
        boolean dot = host.equals("good.example.");

        String answer = send(get(host));

        if (dot) {
            assertThat(answer).as("a dot at the end is the same name").isEqualTo(ANSWER);
        } else {
            assertThat(answer).startsWith("HTTP/1.1 403 ").contains(host).contains("HOLDPOINT_SANDBOX_ALLOW");
            assertThat(outside.lookups).isEmpty();
            assertThat(outside.connections).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.31.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "169.254.169.254",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fd00:ec2::254",
                "fe80::1",
                "ff02::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::1"
            })
    void a_listed_name_with_a_closed_address_is_refused(String address) throws IOException {
        outside.name("b.wild.example", address);

        String answer = send(get("b.wild.example"));

        assertThat(answer).startsWith("HTTP/1.1 403 ").contains("private");
        assertThat(outside.connections).isEmpty();
    }

    @Test
    void this_machines_own_addresses_are_closed_too() throws IOException {
        InetAddress own = java.net.NetworkInterface.networkInterfaces()
                .flatMap(java.net.NetworkInterface::inetAddresses)
                .filter(a -> a instanceof java.net.Inet4Address)
                .filter(a -> !ClosedAddresses.contain(a))
                .findFirst()
                .orElse(InetAddress.getLoopbackAddress());
        outside.name("b.wild.example", own.getHostAddress());

        assertThat(send(get("b.wild.example"))).startsWith("HTTP/1.1 403 ");
        assertThat(outside.connections).isEmpty();
    }

    @Test
    void of_a_names_addresses_only_open_ones_are_used() throws IOException {
        outside.name("b.wild.example", "10.0.0.1", "203.0.113.9", "127.0.0.1");

        assertThat(send(get("b.wild.example"))).isEqualTo(ANSWER);
        assertThat(outside.connections).containsExactly("203.0.113.9:80");
    }

    @Test
    void a_name_cannot_change_its_address_after_it_was_checked() throws IOException {
        outside.name("b.wild.example", "203.0.113.9").name("b.wild.example", "127.0.0.1");

        assertThat(send(get("b.wild.example"))).isEqualTo(ANSWER);
        assertThat(outside.lookups).containsExactly("b.wild.example");
        assertThat(outside.connections).containsExactly("203.0.113.9:80");
        assertThat(send(get("b.wild.example"))).startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://good.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n",
                "GET http://good.example/ HTTP/1.1\r\nHost: good.example\r\nHost: other.example\r\n\r\n",
                "GET http://good.example/ HTTP/1.1\r\n\r\n",
                "GET http://good.example/ HTTP/1.1\nHost: good.example\n\n",
                "GET http://good.example/ HTTP/1.1\r\nHost: good.example\r\n X: folded\r\n\r\n",
                "GET http://good.example/ HTTP/1.1\r\nHost : good.example\r\n\r\n",
                "GET http://good.example/ HTTP/1.1\r\nHost: good.example\r\nX: a\rb\r\n\r\n",
                "GET http://user@good.example/ HTTP/1.1\r\nHost: good.example\r\n\r\n",
                "GET http://good.example/ HTTP/1.1\r\nHost: good.example\r\nContent-Length: 1\r\nContent-Length:"
                        + " 2\r\n\r\nab",
                "GET http://good.example/ HTTP/1.1\r\nHost: good.example\r\nContent-Length: -1\r\n\r\n",
                "POST http://good.example/ HTTP/1.1\r\nHost: good.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: good.example\r\n\r\n",
                "GET https://good.example/ HTTP/1.1\r\nHost: good.example\r\n\r\n",
                "CONNECT good.example HTTP/1.1\r\n\r\n",
                "CONNECT [::1]:443 HTTP/1.1\r\n\r\n",
                "CONNECT good.example:0 HTTP/1.1\r\n\r\n",
                "CONNECT good.example:99999 HTTP/1.1\r\n\r\n",
                "GET  http://good.example/ HTTP/1.1\r\nHost: good.example\r\n\r\n",
                "GET http://good.example/ HTTP/2\r\nHost: good.example\r\n\r\n",
                "\r\n\r\n",
                "\u0016\u0003\u0001\u0000\n\n"
            })
    void what_can_be_understood_in_two_ways_or_none_goes_nowhere(String request) throws IOException {
        String answer = send(request);

        assertThat(answer).startsWith("HTTP/1.1 4").contains("Connection: close");
        assertThat(outside.connections).isEmpty();
        assertThat(got()).isEmpty();
    }

    @Test
    void an_address_is_passed_on_as_it_was_written() throws IOException {
        send("GET http://good.example?a|b=^%zz#part HTTP/1.1\r\nHost: good.example\r\n\r\n");

        assertThat(got()).startsWith("GET /?a|b=^%zz HTTP/1.1\r\n");
    }

    @Test
    void a_second_request_on_a_connection_does_not_slip_through() throws IOException {
        String second = "GET http://other.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n";

        send(get("good.example") + second);

        assertThat(got()).contains("good.example").doesNotContain("other.example");
    }

    @Test
    void a_head_without_end_is_refused() throws IOException {
        String answer = send("GET http://good.example/ HTTP/1.1\r\nX: " + "x".repeat(RequestHead.MAX_BYTES));

        assertThat(answer).matches(a -> a.startsWith("HTTP/1.1 431 ") || a.equals("reset"));
        assertThat(outside.connections).isEmpty();
    }

    @Test
    void a_host_that_does_not_exist_is_told() throws IOException {
        assertThat(send(get("nobody.wild.example"))).startsWith("HTTP/1.1 502 ").contains("nobody.wild.example");
    }

    @Test
    void a_tunnel_carries_tls_for_its_host() throws IOException {
        byte[] hello = Hello.of("good.example");

        assertThat(tunnel("good.example:443", hello)).isEqualTo(ANSWER);
        await().until(() -> got().equals(new String(hello, ISO_8859_1)));
        assertThat(outside.connections).containsExactly("203.0.113.7:443");
    }

    @Test
    void a_tunnel_carries_no_tls_for_another_host() throws IOException {
        assertThat(tunnel("good.example:443", Hello.of("other.example"))).isIn("", "reset");
        assertThat(tunnel("good.example:443", Hello.of())).isIn("", "reset");
        assertThat(got()).isEmpty();
    }

    @Test
    void a_tunnel_to_an_address_carries_tls_without_a_name() throws IOException {
        outside.name("198.51.100.9", "198.51.100.9");

        assertThat(tunnel("198.51.100.9:443", Hello.of())).isEqualTo(ANSWER);
        assertThat(tunnel("198.51.100.9:443", Hello.of("other.example"))).isIn("", "reset");
    }

    @Test
    void a_tunnel_carries_nothing_but_tls_where_no_port_was_named() throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n";

        assertThat(tunnel("good.example:80", request.getBytes(ISO_8859_1))).isIn("", "reset");
        assertThat(got()).isEmpty();
    }

    @Test
    void a_tunnel_to_a_port_that_was_named_carries_anything() throws IOException {
        outside.name("raw.example", "203.0.113.7");

        assertThat(tunnel("raw.example:2222", "SSH-2.0-x\r\n".getBytes(ISO_8859_1)))
                .isEqualTo(ANSWER);
        await().until(() -> got().equals("SSH-2.0-x\r\n"));
    }

    @Test
    void one_sandbox_has_a_bound_of_connections_and_gets_room_again() throws IOException {
        List<Socket> held = new ArrayList<>();
        for (int i = 0; i < EgressProxy.MAX_CONNECTIONS_EACH; i++) {
            held.add(connect());
        }

        String refused = send("");

        assertThat(refused).startsWith("HTTP/1.1 503 ");
        for (Socket socket : held) {
            socket.close();
        }
        await().untilAsserted(() -> assertThat(send(get("good.example"))).isEqualTo(ANSWER));
    }

    @Test
    void closing_ends_what_is_open() throws IOException {
        try (Socket socket = connect()) {
            proxy.close();

            assertThat(rest(socket)).isIn("", "reset");
        }
    }
}
