package dev.holdpoint.sandbox.docker;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The engine gave no answer: it isn't there, it went away, or its time ran out. What was asked may have happened. */
final class EngineDown extends IOException {

    private static final long serialVersionUID = 1L;

    EngineDown(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
