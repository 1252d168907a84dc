package dev.holdpoint.api;

import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service stands on.
 *
 * @param version the service's own
 * @param model whether it can be reached shows when it is asked
 */
public record Parts(String version, Model model, Part sandbox, Part database) {

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    /** @param demo whether it is the built-in demonstration and no real model */
    public record Model(String name, boolean demo) {}

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
