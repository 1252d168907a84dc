package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.bubblewrap.BubblewrapSandboxes;
import dev.holdpoint.sandbox.docker.DockerSandboxes;
import java.io.IOException;
import java.util.Optional;

/** Picks the sandboxes to use. The choice is made once: a running service never changes its backend. */
public final class SandboxBackends {

    private static final System.Logger LOG = System.getLogger(SandboxBackends.class.getName());

    private SandboxBackends() {}

    /**
     * Opens what the settings name; it is never replaced by another, and may still be out of order
     * ({@link Sandboxes#problem()}). For {@link SandboxSettings.Backend#AUTO}: Docker if its engine answers within
     * 3 s or a runtime of it is named, else bubblewrap if it works, else sandboxes whose files work and whose commands
     * don't.
     *
     * @throws IllegalArgumentException if the settings contradict each other
     * @throws IOException if the workspace root can't be used
     */
    public static Sandboxes open(SandboxSettings settings) throws IOException {
        Workspaces workspaces = Workspaces.open(settings);
        return switch (settings.backend()) {
            case DOCKER -> new DockerSandboxes(settings, workspaces);
            case BUBBLEWRAP -> new BubblewrapSandboxes(settings, workspaces);
            case AUTO -> choose(settings, workspaces);
        };
    }

    private static Sandboxes choose(SandboxSettings settings, Workspaces workspaces) {
        Sandboxes docker = new DockerSandboxes(settings, workspaces);
        if (settings.runtime() != null) {
            return docker; // nothing else has that runtime, and it is never replaced by a weaker one
        }
        Optional<String> withoutDocker = docker.problem();
        if (withoutDocker.isEmpty()) {
            return docker;
        }
        docker.close();
        Optional<String> withoutBubblewrap;
        if (settings.network().mode() == NetworkSettings.Mode.NONE) {
            Sandboxes bubblewrap = new BubblewrapSandboxes(settings, workspaces);
            withoutBubblewrap = bubblewrap.problem();
            if (withoutBubblewrap.isEmpty()) {
                LOG.log(System.Logger.Level.INFO, "{0}; using bubblewrap", withoutDocker.get());
                return bubblewrap;
            }
            bubblewrap.close();
        } else {
            withoutBubblewrap = Optional.of("bubblewrap sandboxes have no network");
        }
        return new NoSandboxes(workspaces, withoutDocker.get() + "; or else: " + withoutBubblewrap.orElse(""));
    }
}
