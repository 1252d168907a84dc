package dev.holdpoint.app;

import java.util.Map;
import org.eclipse.microprofile.config.Config;

/**
 * An empty value means the default, also where the framework reads a setting by itself: its expressions take an empty
 * value for a value. This is no interceptor of the framework's, since the build would load that into an older Java.
 */
final class BlankSettings {

    /** As in application.properties, which uses each of them. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "HOLDPOINT_HOST", "127.0.0.1",
            "HOLDPOINT_PORT", "8002",
            "HOLDPOINT_LOG_LEVEL", "INFO",
            "HOLDPOINT_LOG_JSON", "false");

    private BlankSettings() {}

    /** Puts the defaults where they win over everything: in system properties. */
    static void fill(Config config) {
        DEFAULTS.forEach((key, standard) -> {
            String value = config.getConfigValue(key).getRawValue();
            if (value != null && value.isBlank()) {
                System.setProperty(key, standard);
            }
        });
    }
}
