package dev.holdpoint.sandbox;

/**
 * Bounds of commands that run in the background.
 *
 * @param most that run at once in one thread; 8 by default
 * @param outputBytes what is kept of the output of each, from its end; 1 MiB by default
 */
public record ProcessSettings(int most, int outputBytes) {

    public static final ProcessSettings DEFAULT = new ProcessSettings(8, 1 << 20);

    public ProcessSettings {
        SandboxSettings.require(most >= 0, "no fewer than 0 run in the background");
        SandboxSettings.require(outputBytes >= 1024, "at least 1 KiB of output is kept");
    }
}
