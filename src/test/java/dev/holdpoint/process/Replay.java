package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.SseClient.Frame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The journal of a thread, as a client sees it after everything, and what must hold for each. */
record Replay(List<Frame> frames) {

    /** Facts without a word on the wire stand only next to the begin of a run: what was said, and what was decided. */
    private static final int WORDLESS = 2;

    /** No id is missing, comes twice or out of order. */
    Replay assertContinuous() {
        long last = 0;
        boolean nextToBegin = true;
        for (Frame frame : numbered(frames)) {
            boolean begins = frame.event().equals("RUN_STARTED");
            long id = id(frame);
            assertThat(id).as(frame.toString()).isBetween(last + 1, last + 1 + (begins || nextToBegin ? WORDLESS : 0));
            nextToBegin = begins;
            last = id;
        }
        return this;
    }

    /** Each run that starts also finishes, before another one starts, and the last one well. */
    Replay assertRunsEnd() {
        @Nullable String running = null;
        String outcome = "";
        for (Frame frame : frames) {
            switch (frame.event()) {
                case "RUN_STARTED" -> {
                    assertThat(running).as(frame.toString()).isNull();
                    running = frame.text("/runId");
                }
                case "RUN_FINISHED" -> {
                    assertThat(frame.text("/runId")).isEqualTo(running);
                    running = null;
                    outcome = frame.text("/outcome/type");
                }
                default -> assertThat(running).as(frame.toString()).isNotNull();
            }
        }
        assertThat(running).isNull();
        assertThat(outcome).isEqualTo("success");
        return this;
    }

    /** What a client was shown with an id, over all its streams, is what is here: all of it, once, and the same. */
    Replay assertIsWhat(List<Frame> seen) {
        assertThat(numbered(seen)).containsExactlyElementsOf(numbered(frames));
        return this;
    }

    /** How each call ended, by the name of its tool, when no tool was called twice; each call has one result. */
    Map<String, String> outcomes() {
        Map<String, String> tools = new LinkedHashMap<>();
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (Frame frame : frames) {
            if (frame.event().equals("TOOL_CALL_START")) {
                tools.put(frame.text("/toolCallId"), frame.text("/toolCallName"));
            } else if (frame.event().equals("TOOL_CALL_RESULT")) {
                String tool = String.valueOf(tools.remove(frame.text("/toolCallId")));
                assertThat(outcomes.put(tool, frame.text("/metadata/outcome")))
                        .as(frame.toString())
                        .isNull();
            }
        }
        assertThat(tools).as("calls without a result").isEmpty();
        return outcomes;
    }

    private static List<Frame> numbered(List<Frame> frames) {
        return frames.stream().filter(f -> f.id() != null).toList();
    }

    private static long id(Frame frame) {
        return Long.parseLong(String.valueOf(frame.id()));
    }
}
