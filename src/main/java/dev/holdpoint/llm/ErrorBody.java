package dev.holdpoint.llm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keeps the beginning of a body that says what went wrong. */
final class ErrorBody implements BodyPump.Sink {

    private static final int MAX = 16 * 1024;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    @Override
    public void read(ByteBuffer bytes) {
        byte[] copy = new byte[Math.min(bytes.remaining(), MAX - kept.size())];
        bytes.get(copy);
        kept.writeBytes(copy);
    }

    @Override
    public void end() {
        // Whatever came is all there is.
    }

    @Override
    public boolean isDone() {
        return kept.size() >= MAX;
    }

    @Override
    public boolean isFinished() {
        return false;
    }

    @Override
    public boolean isSilent() {
        return true;
    }

    String text() {
        return kept.toString(StandardCharsets.UTF_8);
    }
}
