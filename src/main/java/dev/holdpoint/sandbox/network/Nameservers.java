package dev.holdpoint.sandbox.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Whom this machine asks for names, as far as a sandbox could ask them too. */
public final class Nameservers {

    private static final int MOST = 3;
    /** The second one is for machines where the first one names only a resolver of their own. */
    private static final List<Path> FILES =
            List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

    private Nameservers() {}

    /** IPv4 addresses; empty if none is known. */
    public static List<String> ofThisHost() {
        return FILES.stream()
                .map(Nameservers::read)
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static List<String> read(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return in(lines);
        } catch (IOException e) {
            return List.of();
        }
    }

    static List<String> in(Stream<String> lines) {
        return lines.map(String::strip)
                .filter(line -> line.startsWith("nameserver "))
                .map(line -> line.substring("nameserver ".length()).strip())
                .filter(Nameservers::isUsable)
                .limit(MOST)
                .toList();
    }

    private static boolean isUsable(String address) {
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            return parsed instanceof Inet4Address && !parsed.isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
