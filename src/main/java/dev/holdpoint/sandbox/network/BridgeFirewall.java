package dev.holdpoint.sandbox.network;

import dev.holdpoint.sandbox.NetworkSettings.Mode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The rules for one bridge that sandboxes are on: nothing goes to this host but what a {@link Door} lets through, nothing
 * to closed addresses or to another sandbox, and nobody else comes in. Answers to connections that this host made pass.
 * Several processes may share a bridge. Not safe for many threads.
 */
public final class BridgeFirewall {

    private static final String REPLIES = "-m conntrack --ctstate ESTABLISHED --ctdir REPLY -j RETURN";
    private static final String DROP = "-j DROP";
    private static final String OWNER = " --comment holdpoint-";
    private static final Path BRIDGED = Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables");
    private static final Path IPV6 = Path.of("/proc/net/if_inet6");

    private final PacketFilter v4 = new PacketFilter("iptables");
    private final PacketFilter v6 = new PacketFilter("ip6tables");
    private final String bridge;
    private final Mode mode;
    private final List<String> nameservers;
    private final String toHost;
    private final String toOutside;

    /**
     * A port of this host that sandboxes may reach.
     *
     * @param owner the process whose port it is; letters, digits, {@code _} and {@code -}
     */
    public record Door(String owner, InetSocketAddress address) {
        private String rule() {
            return "-d " + address.getAddress().getHostAddress() + "/32 -p tcp -m tcp --dport " + address.getPort()
                    + " -m comment" + OWNER + owner + " -j RETURN";
        }

        private static String ownerOf(String rule) {
            int from = rule.indexOf(OWNER) + OWNER.length();
            return rule.substring(from, rule.indexOf(' ', from));
        }
    }

    /**
     * @param bridge the interface's name, at most 15 characters
     * @param nameservers IPv4 addresses whose port 53 is open even where they are private, if the mode is bridge
     */
    public BridgeFirewall(String bridge, Mode mode, List<String> nameservers) {
        this.bridge = bridge;
        this.mode = mode;
        this.nameservers = List.copyOf(nameservers);
        this.toHost = "HOLDPOINT-IN-" + bridge;
        this.toOutside = "HOLDPOINT-OUT-" + bridge;
    }

    /**
     * Sets what is missing of the rules. When it returns they hold.
     *
     * @param door of this process, if it has one
     * @param alive which other processes still have theirs
     * @throws IOException if they can't be set; the message says why
     */
    public void ensure(Optional<Door> door, Predicate<String> alive) throws IOException, InterruptedException {
        filterBridgedPackets();
        v4.ensure(chains(doors(door, alive)), hooks());
        if (Files.exists(IPV6)) {
            v6.ensure(Map.of(), hooks6());
        }
    }

    /** Without this, packets between two sandboxes don't come by the packet filter. */
    private void filterBridgedPackets() throws IOException {
        if (!Files.exists(BRIDGED)) {
            throw new IOException("the kernel module br_netfilter is not loaded (modprobe br_netfilter)");
        }
        for (String which : List.of("nf_call_iptables", "nf_call_ip6tables")) {
            Path file = Path.of("/sys/class/net", bridge, "bridge", which);
            if (!Files.readString(file).strip().equals("1")) {
                Files.writeString(file, "1");
            }
        }
    }

    /** Those of other processes stay as they are. */
    private List<String> doors(Optional<Door> own, Predicate<String> alive) throws IOException, InterruptedException {
        List<String> doors = new ArrayList<>();
        for (String rule : PacketFilter.in(v4.rules(), toHost)) {
            boolean others = rule.contains(OWNER)
                    && own.filter(door -> door.owner().equals(Door.ownerOf(rule)))
                            .isEmpty();
            if (others && alive.test(Door.ownerOf(rule))) {
                doors.add(rule);
            }
        }
        own.map(Door::rule).ifPresent(doors::add);
        return doors;
    }

    private Map<String, List<String>> chains(List<String> doors) {
        List<String> host = new ArrayList<>(List.of(REPLIES));
        host.addAll(doors);
        host.add(DROP);
        Map<String, List<String>> chains = new LinkedHashMap<>();
        chains.put(toHost, host);
        chains.put(toOutside, outside());
        return chains;
    }

    private List<String> outside() {
        if (mode != Mode.BRIDGE) {
            return List.of(DROP);
        }
        List<String> rules = new ArrayList<>();
        for (String server : nameservers) {
            rules.add("-d " + server + "/32 -p udp -m udp --dport 53 -j RETURN");
            rules.add("-d " + server + "/32 -p tcp -m tcp --dport 53 -j RETURN");
        }
        ClosedAddresses.RANGES.forEach(range -> rules.add("-d " + range + " -j DROP"));
        return rules;
    }

    private List<String> hooks() {
        return List.of(
                "INPUT -i " + bridge + " -j " + toHost,
                "FORWARD -o " + bridge + " -m conntrack --ctstate NEW -j DROP",
                "FORWARD -i " + bridge + " -j " + toOutside);
    }

    /** Sandboxes have no IPv6; if one gets it all the same, it leads nowhere. */
    private List<String> hooks6() {
        return List.of("INPUT -i " + bridge + " -j DROP", "FORWARD -i " + bridge + " -j DROP");
    }

    /** For when the bridge is no more. */
    public void remove() throws IOException, InterruptedException {
        v4.remove(List.of(toHost, toOutside), hooks());
        if (Files.exists(IPV6)) {
            v6.remove(List.of(), hooks6());
        }
    }
}
