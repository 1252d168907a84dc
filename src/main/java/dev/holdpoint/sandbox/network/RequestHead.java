package dev.holdpoint.sandbox.network;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The first lines of a request to the proxy. Whatever two readers could understand in two ways is refused.
 *
 * @param target as it was sent: {@code host:port} or an absolute address
 */
record RequestHead(String method, String target, List<Field> fields) {

    static final int MAX_BYTES = 32 << 10;
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** They belong to one connection, or to the proxy itself. */
    private static final Set<String> HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authorization",
            "te",
            "trailer",
            "upgrade",
            "http2-settings");

    record Field(String name, String value) {}

    static RequestHead read(InputStream in) throws IOException {
        List<String> lines = lines(in);
        String[] parts = lines.getFirst().split(" ", -1);
        if (parts.length != 3 || !TOKEN.matcher(parts[0]).matches() || !parts[2].matches("HTTP/1\\.[01]")) {
            throw Refusal.malformed("its first line isn't one of HTTP/1.1");
        }
        List<Field> fields = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon < 1 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
                throw Refusal.malformed("a header field has no proper name");
            }
            fields.add(new Field(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip()));
        }
        return new RequestHead(parts[0], parts[1], List.copyOf(fields));
    }

    private static List<String> lines(InputStream in) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int count = 0; count < MAX_BYTES; count++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("no whole request came");
            }
            if (System.nanoTime() - end > 0) {
                throw new SocketTimeoutException("the request came too slowly");
            }
            if (next != '\n') {
                line.append((char) next);
                continue;
            }
            if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
                throw Refusal.malformed("a line doesn't end with CR LF");
            }
            line.setLength(line.length() - 1);
            if (line.isEmpty()) {
                if (lines.isEmpty()) {
                    throw Refusal.malformed("it begins with an empty line");
                }
                return lines;
            }
            lines.add(checked(line.toString()));
            line.setLength(0);
        }
        throw new Refusal(431, "The head of a request has at most " + MAX_BYTES + " bytes.");
    }

    private static String checked(String line) throws Refusal {
        if (line.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw Refusal.malformed("it holds control characters");
        }
        return line;
    }

    List<String> all(String name) {
        return fields.stream()
                .filter(f -> f.name().equals(name))
                .map(Field::value)
                .toList();
    }

    /** How many bytes follow the head. */
    long bodyLength() throws Refusal {
        if (!all("transfer-encoding").isEmpty()) {
            throw new Refusal(411, "Through this proxy plain HTTP needs a Content-Length. HTTPS has no such limit.");
        }
        List<String> lengths = all("content-length");
        if (lengths.isEmpty()) {
            return 0;
        }
        if (lengths.size() > 1 || !lengths.getFirst().matches("\\d{1,18}")) {
            throw Refusal.malformed("Content-Length isn't one number");
        }
        return Long.parseLong(lengths.getFirst());
    }

    /** The same request for the server itself, as the last one of its connection. */
    byte[] forServer(String path) {
        Set<String> named = Set.copyOf(all("connection").stream()
                .flatMap(value -> List.of(value.toLowerCase(Locale.ROOT).split("[ ,]+")).stream())
                .filter(name -> !name.equals("host") && !name.equals("content-length"))
                .toList());
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        for (Field field : fields) {
            if (!HOP.contains(field.name()) && !named.contains(field.name())) {
                text.append(field.name()).append(": ").append(field.value()).append("\r\n");
            }
        }
        return text.append("connection: close\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
