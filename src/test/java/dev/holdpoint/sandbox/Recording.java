package dev.holdpoint.sandbox;

import dev.holdpoint.event.Delta;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** Keeps what a command printed, by stream. */
public final class Recording implements ExecOutput {

    private final Map<Delta.Stream, ByteArrayOutputStream> streams = new EnumMap<>(Delta.Stream.class);

    public Recording() {
        for (Delta.Stream stream : Delta.Stream.values()) {
            streams.put(stream, new ByteArrayOutputStream());
        }
    }

    @Override
    public void accept(Delta.Stream stream, byte[] bytes) {
        of(stream).writeBytes(bytes);
    }

    public byte[] bytes() {
        return of(Delta.Stream.STDOUT).toByteArray();
    }

    public String out() {
        return of(Delta.Stream.STDOUT).toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return of(Delta.Stream.STDERR).toString(StandardCharsets.UTF_8);
    }

    private ByteArrayOutputStream of(Delta.Stream stream) {
        ByteArrayOutputStream found = streams.get(stream);
        if (found == null) {
            throw new IllegalStateException("no such stream");
        }
        return found;
    }
}
