package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.exception.BadRequestException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Says in one line why an engine can't be used, and what to do about it. */
final class EngineTrouble {

    private static final String DOWN =
            "the Docker engine does not answer: start it, or set DOCKER_HOST to one that runs";

    private static final String DENIED =
            "this user may not use the Docker engine's socket: let it, for instance by the group docker";

    private EngineTrouble() {}

    static String why(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .flatMap(cause -> known(cause).stream())
                .findFirst()
                .orElse(DOWN);
    }

    private static Optional<String> known(Throwable cause) {
        String message = text(cause);
        return Optional.ofNullable(
                switch (cause) {
                    case GeneralSecurityException _ ->
                        "the Docker engine's certificate is not from the authority in ca.pem of DOCKER_CERT_PATH:"
                                + " put the right ca.pem there";
                    case SSLPeerUnverifiedException _ ->
                        "the Docker engine's certificate is not for the host in DOCKER_HOST: use a name that it is for";
                    case SSLException _
                    when message.contains("fatal alert") ->
                        "the Docker engine refuses cert.pem of DOCKER_CERT_PATH: use one from its own authority";
                    case SSLException _
                    when message.contains("unrecognized ssl message") ->
                        "the Docker engine does not speak TLS at DOCKER_HOST: use its TLS port, or unset DOCKER_TLS_VERIFY";
                    case BadRequestException _
                    when message.contains("https server") ->
                        "the Docker engine speaks TLS: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH";
                    case AccessDeniedException _ -> DENIED;
                    case IOException _
                    when message.contains("connection reset") || message.contains("broken pipe") ->
                        "the Docker engine breaks off the connection: over TLS, that is how one often ends that"
                                + " refuses cert.pem of DOCKER_CERT_PATH; use one from its own authority";
                    default -> message.contains("permission denied") ? DENIED : null;
                });
    }

    private static String text(Throwable cause) {
        @Nullable String message = cause.getMessage();
        return String.valueOf(message).toLowerCase(Locale.ROOT);
    }
}
