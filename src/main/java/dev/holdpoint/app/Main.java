package dev.holdpoint.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Starts the service, unless its settings can't work: then it says so, a line for each problem, and ends. */
@QuarkusMain
public final class Main {

    /** The exit code for settings that can't work. */
    static final int WRONG_SETTINGS = 2;

    private Main() {}

    public static void main(String... args) {
        Config config = ConfigProvider.getConfig();
        List<String> problems = StartCheck.problems(config);
        if (problems.isEmpty()) {
            Quarkus.run(args);
            return;
        }
        problems.forEach(line -> System.err.println("holdpoint: " + line));
        System.exit(WRONG_SETTINGS);
    }
}
