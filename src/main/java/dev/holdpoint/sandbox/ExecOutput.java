package dev.holdpoint.sandbox;

import dev.holdpoint.event.Delta;

/** Receives what a command prints, in order, one call at a time. Must be quick and must not throw. */
@FunctionalInterface
public interface ExecOutput {

    /** Called right before the command starts; what it throws keeps it from starting. */
    default void starting() {}

    /** @param bytes a copy that the receiver may keep; may split characters */
    void accept(Delta.Stream stream, byte[] bytes);
}
