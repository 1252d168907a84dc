package dev.holdpoint.sandbox.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Why the proxy doesn't do what a sandbox asked for, as the sandbox is told. */
final class Refusal extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    static Refusal notListed(Target target) {
        return new Refusal(
                403,
                target + " isn't among the hosts that sandboxes may reach. Whoever runs the service can add it to"
                        + " HOLDPOINT_SANDBOX_ALLOW.");
    }

    /** Also where only the name's address is closed: what a list names doesn't open what is never open. */
    static Refusal closed(Target target) {
        return new Refusal(
                403,
                target + " has a private address or is the service's own machine; these are closed to sandboxes, and"
                        + " HOLDPOINT_SANDBOX_ALLOW can't open them.");
    }

    static Refusal malformed(String what) {
        return new Refusal(400, "The proxy doesn't understand this request: " + what + ".");
    }

    int status() {
        return status;
    }

    byte[] answer() {
        String body = getMessage() + "\n";
        String head = "HTTP/1.1 " + status + " " + reason() + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\nConnection: close\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }

    private String reason() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 408 -> "Request Timeout";
            case 411 -> "Length Required";
            case 431 -> "Request Header Fields Too Large";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            default -> "Error";
        };
    }
}
