package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answer under way: what its previews have added up to so far. Guarded by its {@link LiveThread}. */
final class LiveMessage {

    /** Characters that a reader is given at once. */
    static final int PIECE = 32 * 1024;

    private final String id;
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final Map<String, LiveCall> calls = new LinkedHashMap<>();

    private record LiveCall(String tool, StringBuilder arguments) {}

    LiveMessage(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    String text() {
        return text.toString();
    }

    String reasoning() {
        return reasoning.toString();
    }

    /** @return false if something before it is missing; what is here already isn't added again */
    boolean add(Part part) {
        long here = length(part.delta());
        String text = text(part.delta());
        if (part.at() > here) {
            return false;
        }
        if (part.delta() instanceof Delta.CallStarted || part.at() + text.length() > here) {
            add(after(part.delta(), (int) (here - part.at())));
        }
        return true;
    }

    /** How much is here of what a preview belongs to. */
    private int length(Delta delta) {
        return switch (delta) {
            case Delta.Reasoning _ -> reasoning.length();
            case Delta.Text _ -> text.length();
            case Delta.CallArguments d -> {
                LiveCall call = calls.get(d.toolCallId());
                yield call == null ? -1 : call.arguments().length();
            }
            case Delta.CallStarted _, Delta.ToolOutput _ -> 0;
        };
    }

    static String text(Delta delta) {
        return switch (delta) {
            case Delta.Reasoning d -> d.text();
            case Delta.Text d -> d.text();
            case Delta.CallArguments d -> d.text();
            case Delta.CallStarted _ -> "";
            case Delta.ToolOutput d -> d.text();
        };
    }

    /** The same without its first characters. */
    static Delta after(Delta delta, int characters) {
        return part(delta, characters, text(delta).length());
    }

    /** A piece of a preview, between two places in its text. */
    static Delta part(Delta delta, int from, int to) {
        return switch (delta) {
            case Delta.Reasoning d ->
                new Delta.Reasoning(d.messageId(), d.text().substring(from, to));
            case Delta.Text d -> new Delta.Text(d.messageId(), d.text().substring(from, to));
            case Delta.CallArguments d ->
                new Delta.CallArguments(d.messageId(), d.toolCallId(), d.text().substring(from, to));
            case Delta.CallStarted d -> d;
            case Delta.ToolOutput d ->
                new Delta.ToolOutput(d.toolCallId(), d.stream(), d.text().substring(from, to));
        };
    }

    void add(Delta delta) {
        switch (delta) {
            case Delta.Reasoning d -> reasoning.append(d.text());
            case Delta.Text d -> text.append(d.text());
            case Delta.CallStarted d -> calls.putIfAbsent(d.toolCallId(), new LiveCall(d.tool(), new StringBuilder()));
            case Delta.CallArguments d -> {
                LiveCall call = calls.get(d.toolCallId());
                if (call != null) {
                    call.arguments().append(d.text());
                }
            }
            case Delta.ToolOutput _ -> throw new IllegalArgumentException("output isn't part of an answer");
        }
    }

    /** The next piece that a reader at this position has not seen, empty at the end; moves the position behind it. */
    List<Part> since(Position p) {
        p.at(id);
        if (p.reasoning < reasoning.length()) {
            String piece = piece(reasoning, p.reasoning);
            p.reasoning += piece.length();
            return List.of(new Part(p.reasoning - piece.length(), new Delta.Reasoning(id, piece)));
        }
        if (p.text < text.length()) {
            String piece = piece(text, p.text);
            p.text += piece.length();
            return List.of(new Part(p.text - piece.length(), new Delta.Text(id, piece)));
        }
        for (Map.Entry<String, LiveCall> call : calls.entrySet()) {
            List<Part> news = sinceCall(p, call.getKey(), call.getValue());
            if (!news.isEmpty()) {
                return news;
            }
        }
        return List.of();
    }

    private List<Part> sinceCall(Position p, String callId, LiveCall call) {
        Integer seen = p.arguments.get(callId);
        List<Part> news = new ArrayList<>(2);
        if (seen == null) {
            news.add(new Part(0, new Delta.CallStarted(id, callId, call.tool())));
        }
        int from = seen == null ? 0 : seen;
        String piece = piece(call.arguments(), from);
        if (!piece.isEmpty()) {
            news.add(new Part(from, new Delta.CallArguments(id, callId, piece)));
        }
        p.arguments.put(callId, from + piece.length());
        return news;
    }

    /** At most {@link #PIECE} characters from here, and no character cut in two. */
    private static String piece(StringBuilder all, int from) {
        int end = Math.min(all.length(), from + PIECE);
        boolean cut = end < all.length() && Character.isHighSurrogate(all.charAt(end - 1));
        return all.substring(from, cut ? end - 1 : end);
    }

    /** How far a reader has come in the answer under way. */
    static final class Position {
        private String messageId = "";
        private int reasoning;
        private int text;
        private final Map<String, Integer> arguments = new LinkedHashMap<>();

        private void at(String id) {
            if (!messageId.equals(id)) {
                messageId = id;
                reasoning = 0;
                text = 0;
                arguments.clear();
            }
        }
    }
}
