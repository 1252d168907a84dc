package dev.holdpoint.api;

import dev.holdpoint.event.Failure;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service stands on.
 *
 * @param version the service's own
 */
public record Parts(String version, Model model, Part sandbox, Part database) {

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    /**
     * @param demo whether it is the built-in demonstration and no real model
     * @param lastAsked how it went the last time: it isn't asked only to see whether it can be reached
     */
    public record Model(String name, boolean demo, Supplier<Optional<Asked>> lastAsked) {}

    /** @param failure why there was no whole answer; null if there was */
    public record Asked(Instant at, @Nullable Failure failure) {}

    /** @param look says why the part can't be used now, with what to do about it; empty when it can */
    public record Part(String name, Supplier<Optional<String>> look) {

        /** As the look says; one that fails is a problem, too. */
        public Optional<String> problem() {
            try {
                return look.get();
            } catch (RuntimeException e) {
                LOG.warn("{} can't be looked at", name, e);
                return Optional.of(name + " can't be looked at; the service's log says why");
            }
        }
    }
}
