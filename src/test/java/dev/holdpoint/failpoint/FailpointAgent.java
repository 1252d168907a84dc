package dev.holdpoint.failpoint;

import java.lang.instrument.Instrumentation;
import java.nio.file.Path;

/** Where the JVM of the process under test begins with us. */
public final class FailpointAgent {

    private FailpointAgent() {}

    /** @param folder where hits are written to, and where it is written what is armed */
    public static void premain(String folder, Instrumentation instrumentation) {
        Failpoints.keepIn(Path.of(folder));
        instrumentation.addTransformer(new Weaver());
    }
}
