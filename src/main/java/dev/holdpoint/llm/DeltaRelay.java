package dev.holdpoint.llm;

import dev.holdpoint.event.Delta;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Hands the pieces of an answer on as deltas, and keeps what was handed on. Neighbouring pieces of a kind that came in one
 * network read leave as one delta: nobody waits longer for them, and all that follow have less to do.
 */
final class DeltaRelay {

    private enum Kind {
        NONE,
        REASONING,
        TEXT,
        ARGUMENTS
    }

    private final String messageId;
    private final Consumer<Delta> onDelta;
    private final long startedNanos;
    private final int maxBytes;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final Map<String, StringBuilder> arguments = new HashMap<>();
    private final StringBuilder pending = new StringBuilder();
    private Kind pendingKind = Kind.NONE;
    private String pendingCallId = "";
    private long bytes;
    private long firstTokenMillis = -1;

    DeltaRelay(String messageId, Consumer<Delta> onDelta, long startedNanos, int maxBytes) {
        this.messageId = messageId;
        this.onDelta = onDelta;
        this.startedNanos = startedNanos;
        this.maxBytes = maxBytes;
    }

    void text(String piece) throws AttemptFailed {
        take(Kind.TEXT, "", piece);
    }

    void reasoning(String piece) throws AttemptFailed {
        take(Kind.REASONING, "", piece);
    }

    void callStarted(String callId, String tool) {
        flushAll();
        emit(new Delta.CallStarted(messageId, callId, tool));
    }

    void callArguments(String callId, String piece) throws AttemptFailed {
        take(Kind.ARGUMENTS, callId, piece);
    }

    /** Counts what is kept of the answer, and fails when it is too much. */
    void count(String piece) throws AttemptFailed {
        bytes += utf8Length(piece);
        if (bytes > maxBytes) {
            throw AttemptFailed.incomplete("The model's answer is longer than " + maxBytes + " bytes.");
        }
    }

    /** A network read is over. The first half of a character is held back until the second comes. */
    void flush() {
        int length = pending.length();
        if (length > 0 && Character.isHighSurrogate(pending.charAt(length - 1))) {
            char half = pending.charAt(length - 1);
            pending.setLength(length - 1);
            emitPending();
            pending.append(half);
        } else {
            emitPending();
        }
    }

    /** Nothing of this kind will follow. */
    void flushAll() {
        emitPending();
        pendingKind = Kind.NONE;
    }

    boolean isSilent() {
        return firstTokenMillis < 0;
    }

    /** What was shown of the text. */
    String text() {
        return text.toString();
    }

    String reasoning() {
        return reasoning.toString();
    }

    String arguments(String callId) {
        return shownArguments(callId).toString();
    }

    /** From the request to the first delta; 0 if there was none. */
    long firstTokenMillis() {
        return Math.max(0, firstTokenMillis);
    }

    private void take(Kind kind, String callId, String piece) throws AttemptFailed {
        if (piece.isEmpty()) {
            return;
        }
        count(piece);
        if (kind != pendingKind || !callId.equals(pendingCallId)) {
            flushAll();
            pendingKind = kind;
            pendingCallId = callId;
        }
        pending.append(piece);
    }

    private void emitPending() {
        if (pending.isEmpty()) {
            return;
        }
        String piece = Surrogates.mend(pending.toString());
        pending.setLength(0);
        switch (pendingKind) {
            case NONE -> throw new IllegalStateException("a piece of no kind");
            case REASONING -> {
                reasoning.append(piece);
                emit(new Delta.Reasoning(messageId, piece));
            }
            case TEXT -> {
                text.append(piece);
                emit(new Delta.Text(messageId, piece));
            }
            case ARGUMENTS -> {
                shownArguments(pendingCallId).append(piece);
                emit(new Delta.CallArguments(messageId, pendingCallId, piece));
            }
        }
    }

    private void emit(Delta delta) {
        if (firstTokenMillis < 0) {
            firstTokenMillis = (System.nanoTime() - startedNanos) / 1_000_000;
        }
        onDelta.accept(delta);
    }

    private StringBuilder shownArguments(String callId) {
        return arguments.computeIfAbsent(callId, _ -> new StringBuilder());
    }

    private static long utf8Length(String piece) {
        long length = piece.length();
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (c >= 0x80) {
                length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return length;
    }
}
