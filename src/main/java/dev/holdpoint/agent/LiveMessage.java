package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answer under way: what its previews have added up to so far. Guarded by its {@link LiveThread}. */
final class LiveMessage {

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

    /** What a reader at this position has not seen; moves the position to the end. */
    List<Delta> since(Position p) {
        p.at(id);
        List<Delta> news = new ArrayList<>(1);
        if (p.reasoning < reasoning.length()) {
            news.add(new Delta.Reasoning(id, reasoning.substring(p.reasoning)));
            p.reasoning = reasoning.length();
        }
        if (p.text < text.length()) {
            news.add(new Delta.Text(id, text.substring(p.text)));
            p.text = text.length();
        }
        calls.forEach((callId, call) -> addCall(news, p, callId, call));
        return news;
    }

    private void addCall(List<Delta> news, Position p, String callId, LiveCall call) {
        Integer seen = p.arguments.get(callId);
        if (seen == null) {
            news.add(new Delta.CallStarted(id, callId, call.tool()));
        }
        int from = seen == null ? 0 : seen;
        if (from < call.arguments().length()) {
            news.add(new Delta.CallArguments(id, callId, call.arguments().substring(from)));
        }
        p.arguments.put(callId, call.arguments().length());
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
