package dev.holdpoint.sandbox.network;

import java.util.List;
import java.util.Locale;

/** The hosts that sandboxes may reach through the proxy. */
public final class Allowlist {

    private final List<Entry> entries;

    private Allowlist(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * @param names as {@code example.org}, {@code example.org:8443}, {@code *.example.org} or {@code *.example.org:8443}. A star stands for
     *     one or more labels. Where no port is named, 80 and 443 are meant
     */
    public static Allowlist of(List<String> names) {
        return new Allowlist(names.stream().map(Entry::of).toList());
    }

    boolean allows(Target target) {
        return entries.stream().anyMatch(entry -> entry.isFor(target));
    }

    /** Whether this very port was named, so that whatever is spoken there is wanted. */
    boolean namesPort(Target target) {
        return entries.stream().anyMatch(entry -> entry.port() != 0 && entry.isFor(target));
    }

    /** @param port 0 for the usual ones */
    private record Entry(String host, boolean below, int port) {

        static Entry of(String text) {
            boolean below = text.startsWith("*.");
            String authority = below ? text.substring(2) : text;
            int colon = authority.indexOf(':');
            String host = colon < 0 ? authority : authority.substring(0, colon);
            int port = colon < 0 ? 0 : Integer.parseInt(authority.substring(colon + 1));
            return new Entry(host.toLowerCase(Locale.ROOT), below, port);
        }

        boolean isFor(Target target) {
            boolean sameHost =
                    below ? target.host().endsWith("." + host) : target.host().equals(host);
            return sameHost && (port == 0 ? target.port() == 80 || target.port() == 443 : target.port() == port);
        }
    }
}
