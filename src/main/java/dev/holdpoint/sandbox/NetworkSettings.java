package dev.holdpoint.sandbox;

import java.util.List;

/**
 * What a sandbox can reach.
 *
 * @param mode how much; {@link Mode#NONE} by default
 * @param allowed hosts that {@link Mode#ALLOWLIST} lets through: {@code host}, {@code host:port} or {@code *.domain}
 * @param firewall who keeps private addresses and this host closed; {@link Firewall#OWN} by default
 * @param ports whether people can reach servers in a sandbox through the service; false by default
 */
public record NetworkSettings(Mode mode, List<String> allowed, Firewall firewall, boolean ports) {

    public static final NetworkSettings NONE = of(Mode.NONE);

    public NetworkSettings {
        allowed = List.copyOf(allowed);
        SandboxSettings.require(mode != Mode.ALLOWLIST || !allowed.isEmpty(), "an allowlist names at least one host");
        SandboxSettings.require(!ports || mode != Mode.NONE, "ports need a network");
    }

    /** With all defaults. */
    public static NetworkSettings of(Mode mode) {
        return new NetworkSettings(mode, List.of(), Firewall.OWN, false);
    }

    public enum Mode {
        NONE,
        /** The outside, but neither private addresses nor this host. */
        BRIDGE,
        /** Only named hosts, through a proxy of the service. */
        ALLOWLIST
    }

    public enum Firewall {
        /** The service sets the rules itself, for which it must be root beside a local engine. */
        OWN,
        /** The operator has set them. */
        EXTERNAL
    }
}
