package dev.holdpoint.sandbox.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;

/** What no sandbox may reach, whatever the mode and whatever the list of hosts says. */
final class ClosedAddresses {

    /** Private, shared, loopback, link-local (with metadata services), reserved, multicast and broadcast. */
    static final List<String> RANGES = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "224.0.0.0/4",
            "240.0.0.0/4");

    private static final List<Range> PARSED = RANGES.stream().map(Range::of).toList();

    private ClosedAddresses() {}

    private record Range(int network, int mask) {
        static Range of(String text) {
            int slash = text.indexOf('/');
            int mask = -1 << (32 - Integer.parseInt(text.substring(slash + 1)));
            return new Range(
                    bits(InetAddress.ofLiteral(text.substring(0, slash)).getAddress()), mask);
        }

        boolean contains(int address) {
            return (address & mask) == network;
        }
    }

    private static int bits(byte[] address) {
        return ByteBuffer.wrap(address).getInt();
    }

    static boolean contain(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address
                ? PARSED.stream().anyMatch(range -> range.contains(bits(bytes)))
                : !isGlobal(bytes);
    }

    /** IPv6 that goes to the internet, but not where it may stand for an IPv4 address (Teredo, 6to4) or for nothing. */
    private static boolean isGlobal(byte[] address) {
        int first = bits(address);
        boolean unicast = first >>> 29 == 1;
        boolean special = first >>> 9 == 0x2001_0000 >>> 9 || first == 0x2001_0db8 || first >>> 16 == 0x2002;
        return unicast && !special;
    }

    /** Whether it leads to this machine, by a public address too. */
    static boolean isThisHost(InetAddress address) throws SocketException {
        return NetworkInterface.getByInetAddress(address) != null;
    }
}
