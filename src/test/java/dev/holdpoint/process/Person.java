package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Somebody who begins a turn and sees it through, whatever happens to the service: says yes to all that waits, sends again
 * what got no answer, comes back to the stream with the last id, and keeps each frame that was seen.
 */
final class Person {

    private final String message;
    private String thread = "";
    /** The decision that no answer came to. */
    private String unanswered = "";

    private final List<SseClient> streams = new ArrayList<>();

    Person(String message) {
        this.message = message;
    }

    String message() {
        return message;
    }

    String thread() {
        return thread;
    }

    /**
     * Goes on from wherever things are, until the turn is over.
     *
     * @throws java.io.UncheckedIOException if the service dies
     */
    void goOn(Service service, Duration limit) {
        if (thread.isEmpty()) {
            thread = service.newThread();
        }
        boolean begun = service.journal(thread).stream().anyMatch(f -> f.event().equals("RUN_STARTED"));
        streams.add(begun ? service.follow(thread, lastId()) : service.talk(thread, message));
        await("the end of the turn")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> lookAfter(service));
    }

    /** @return whether the turn is over */
    private boolean lookAfter(Service service) {
        if (!unanswered.isEmpty()) {
            decide(service);
        }
        JsonNode state = service.json("/api/threads/" + thread);
        JsonNode interrupts = state.path("interrupts");
        if (!interrupts.isEmpty()) {
            unanswered = interrupts
                    .valueStream()
                    .map(i -> "{\"interrupt_id\":\"%s\",\"type\":\"approve\"}"
                            .formatted(i.path("id").asText()))
                    .collect(Collectors.joining(",", "{\"decisions\":[", "]}"));
            decide(service);
        }
        return state.path("status").asText().equals("idle");
    }

    private void decide(Service service) {
        JsonNode answer = service.post("/api/resume/" + thread, unanswered);
        assertThat(answer.path("success").asBoolean()).as(answer.toString()).isTrue();
        unanswered = "";
    }

    /** The frames with an id, from all streams: what was promised to stay. */
    List<Frame> seen() {
        return streams.stream()
                .flatMap(s -> s.frames().stream())
                .filter(f -> f.id() != null)
                .toList();
    }

    /** Waits until a stream has shown this one, perhaps the one before the crash already, then leaves. */
    void leaveAfter(Frame last) {
        await("the last frame")
                .atMost(SseClient.PATIENCE)
                .until(() -> seen().stream()
                        .anyMatch(f -> last.id() != null && last.id().equals(f.id())));
        streams.getLast().close();
    }

    private String lastId() {
        await("the end of the stream")
                .atMost(SseClient.PATIENCE)
                .until(() -> streams.stream().allMatch(SseClient::isEnded));
        return seen().isEmpty() ? "0" : String.valueOf(seen().getLast().id());
    }
}
