package dev.holdpoint.sandbox.network;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a sandbox wants to go.
 *
 * @param host a name or an IPv4 address, in lower case and without a dot at its end
 */
record Target(String host, int port) {

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_.-]{1,253})(?::(\\d{1,5}))?");

    /**
     * @param authority {@code host} or {@code host:port}
     * @param standard the port where none is named
     */
    static Optional<Target> of(String authority, int standard) {
        Matcher form = FORM.matcher(authority);
        if (!form.matches()) {
            return Optional.empty();
        }
        int port = form.group(2) == null ? standard : Integer.parseInt(form.group(2));
        String host = form.group(1).toLowerCase(Locale.ROOT);
        host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return host.isEmpty() || port < 1 || port > 65_535 ? Optional.empty() : Optional.of(new Target(host, port));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
