package dev.holdpoint.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Starts the service, unless it can't work as it is set up: then it says so, a line for each problem, and ends. */
@QuarkusMain
public final class Main {

    /** The exit code for settings that can't work. */
    static final int WRONG_SETTINGS = 2;

    private Main() {}

    public static void main(String... args) {
        List<String> problems;
        try (Claim claim = new Claim()) {
            problems = problems(claim);
            if (problems.isEmpty()) {
                Quarkus.run(args);
                return;
            }
        }
        problems.forEach(line -> System.err.println("holdpoint: " + line));
        System.exit(WRONG_SETTINGS);
    }

    private static List<String> problems(Claim claim) {
        Config config;
        try {
            config = ConfigProvider.getConfig();
        } catch (IllegalArgumentException e) {
            // A source that can't be parsed, such as a broken escape; the text in it may be a secret.
            return List.of(
                    ".env: this file, or application.properties, can't be read: look for a \\u that is no escape.");
        }
        return StartCheck.problems(config, claim);
    }
}
