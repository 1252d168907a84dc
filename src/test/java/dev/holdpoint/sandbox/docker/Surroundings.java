package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What lies around sandboxes, for a machine that may have no internet: a server behind this host that has a public, a
 * private and a link-local address, and serves on the ports 8080 and 8081 of each. Host rules let everybody through.
 */
final class Surroundings implements AutoCloseable {

    private static final String SERVER = """
            import http.server, threading
            for port in (8080, 8081):
                s = http.server.ThreadingHTTPServer(("", port), http.server.SimpleHTTPRequestHandler)
                threading.Thread(target=s.serve_forever).start()
            """;

    private final String name =
            "holdpoint-test-outside-" + ProcessHandle.current().pid();
    private final int place = (int) (ProcessHandle.current().pid() % 31) + 1;
    private final List<String> subnets =
            List.of("203.0.113." + place * 8, "10.213." + place + ".0", "169.254." + place + ".0");

    /** The engine keeps its networks apart by rules that come before all but those of this chain. */
    private final String chain = run("iptables", "-S").contains("-N DOCKER-USER") ? "DOCKER-USER" : "FORWARD";

    Surroundings(String image) {
        for (int i = 0; i < subnets.size(); i++) {
            docker("network", "create", "--subnet", subnets.get(i) + "/29", name + i);
            run("iptables", "-I", chain, "-d", subnets.get(i) + "/29", "-j", "ACCEPT");
            run("iptables", "-I", chain, "-s", subnets.get(i) + "/29", "-j", "ACCEPT");
        }
        List<String> start = new ArrayList<>(List.of("run", "-d", "--name", name, "--network", name + 0));
        start.addAll(List.of("--ip", publicAddress(), image, "python3", "-c", SERVER));
        docker(start.toArray(String[]::new));
        docker("network", "connect", "--ip", privateAddress(), name + 1, name);
        docker("network", "connect", "--ip", linkLocalAddress(), name + 2, name);
        for (String address : List.of(publicAddress(), privateAddress(), linkLocalAddress())) {
            await().until(() -> answers(address, 8081)); // so that what a sandbox can't reach is there all the same
        }
    }

    String publicAddress() {
        return address(0);
    }

    String privateAddress() {
        return address(1);
    }

    String linkLocalAddress() {
        return address(2);
    }

    private String address(int subnet) {
        String base = subnets.get(subnet);
        int dot = base.lastIndexOf('.') + 1;
        return base.substring(0, dot) + (Integer.parseInt(base.substring(dot)) + 2);
    }

    static boolean answers(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static String docker(String... arguments) {
        return run(Stream.concat(Stream.of("docker"), Stream.of(arguments)).toArray(String[]::new));
    }

    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(printed).isZero();
            return printed.strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        docker("rm", "-f", name);
        for (int i = 0; i < subnets.size(); i++) {
            docker("network", "rm", name + i);
            run("iptables", "-D", chain, "-d", subnets.get(i) + "/29", "-j", "ACCEPT");
            run("iptables", "-D", chain, "-s", subnets.get(i) + "/29", "-j", "ACCEPT");
        }
    }
}
