package dev.holdpoint.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.process.Caller.Reply;
import dev.holdpoint.testing.SseClient;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with one thread, who asks any process: gives work, decides, cancels and follows, and remembers what was
 * acknowledged and shown. One thing at a time.
 */
final class Talk {

    private static final int ATTEMPTS = 3;

    /** A stream, and what it began after; null for that of a new message. */
    record Watched(@Nullable Long after, SseClient stream) {}

    private final int number;
    private final List<Member> members;
    private final Findings findings;
    private final Caller caller = new Caller();
    private final Part part;
    private final String thread;
    private final Map<String, Boolean> messages = new LinkedHashMap<>();
    /** The one decision that this person ever sends for an interrupt. */
    private final Map<String, ObjectNode> decisions = new LinkedHashMap<>();

    private final Set<String> acknowledged = new TreeSet<>();
    private final List<Watched> watched = new ArrayList<>();
    private int cancels;
    private int requests;

    Talk(int number, List<Member> members, Findings findings) {
        this.number = number;
        this.members = members;
        this.findings = findings;
        this.part = new Part("talk " + number);
        this.thread = caller.send(Caller.post(members.getFirst().uri("/api/sessions"), "{}"))
                .body()
                .path("thread_id")
                .asText();
    }

    String thread() {
        return thread;
    }

    /** What was said, and whether that was acknowledged. */
    Map<String, Boolean> messages() {
        return messages;
    }

    /** What was sent for an interrupt; acknowledged or not. */
    Map<String, ObjectNode> decisions() {
        return decisions;
    }

    boolean isAcknowledged(String interrupt) {
        return acknowledged.contains(interrupt);
    }

    int cancels() {
        return cancels;
    }

    List<Watched> watched() {
        return watched;
    }

    /** @return false if this person is busy */
    boolean begin(Step step) {
        return part.begin(() -> act(step));
    }

    void awaitRest(Duration limit) {
        part.awaitRest(limit);
    }

    private void act(Step step) {
        Member member = members.get(step.process());
        switch (step.happening()) {
            case MESSAGE -> say(step.process());
            case APPROVE, REJECT, EDIT ->
                decide(step.happening(), step.process(), step.length().toMillis() % 3 == 0);
            case CANCEL -> cancel(member);
            case RECONNECT -> reconnect(step.process());
            case KILL, PAUSE, TERMINATE, END_SESSIONS, RESTART_DATABASE, FREEZE_DATABASE, STOP_ENGINE, FREEZE_ENGINE ->
                throw new IllegalArgumentException(step + " is nothing that a person does");
        }
    }

    private void say(int first) {
        String message = TokenModel.message(number, messages.size());
        messages.put(message, false);
        String body = object("message", message).toString();
        SseClient stream = openAnywhere(first, m -> Caller.post(m.uri("/api/chat/" + thread), body, message));
        if (stream != null) {
            boolean good = stream.status() == 200;
            messages.put(message, good);
            findings.require(good || Set.of(409, 503).contains(stream.status()), thread, message, stream.status());
            if (good) {
                watched.add(new Watched(null, stream));
            }
        }
    }

    /** Asks one process after the other, until one can answer; null when none does. */
    private @Nullable SseClient openAnywhere(int first, Question question) {
        SseClient stream = null;
        for (int i = 0; i < ATTEMPTS && (stream == null || stream.status() == 503); i++) {
            try {
                stream = SseClient.open(question.to(members.get((first + i) % members.size())));
            } catch (UncheckedIOException e) {
                findings.tell("no stream for talk " + number + ": " + e.getCause());
            }
        }
        return stream;
    }

    private void reconnect(int first) {
        if (!watched.isEmpty()) {
            watched.getLast().stream().close();
        }
        long after = watched.stream()
                .flatMap(w -> w.stream().ids().stream())
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
        SseClient stream = openAnywhere(
                first,
                m -> Caller.request(m.uri("/api/threads/" + thread + "/events"))
                        .header("Last-Event-ID", Long.toString(after))
                        .build());
        if (stream != null && stream.status() == 200) {
            watched.add(new Watched(after, stream));
        }
    }

    private void cancel(Member member) {
        Reply reply = caller.send(Caller.post(member.uri("/api/threads/" + thread + "/cancel"), ""));
        cancels += reply.isGood() ? 1 : 0;
        boolean legal = reply.isGood() || reply.isAway() || reply.code().equals("nothing_running");
        findings.require(legal, thread, "answer to a cancel", reply);
    }

    /** The state of the thread, as any process that answers tells it; empty when none does. */
    private JsonNode state(int first) {
        return anywhere(
                        first,
                        member -> Caller.request(member.uri("/api/threads/" + thread))
                                .build())
                .body();
    }

    private interface Question {
        HttpRequest to(Member member);
    }

    /** Asks one process after the other, until one can answer. */
    private Reply anywhere(int first, Question question) {
        Reply reply = new Reply(Caller.NONE, JsonNodeFactory.instance.missingNode());
        for (int i = 0; i < ATTEMPTS && reply.isAway(); i++) {
            reply = caller.send(question.to(members.get((first + i) % members.size())));
        }
        return reply;
    }

    private void decide(Happening how, int first, boolean onlyOne) {
        List<JsonNode> pending = state(first).path("interrupts").valueStream().toList();
        if (pending.isEmpty()) {
            return;
        }
        List<JsonNode> chosen = onlyOne ? pending.subList(0, 1) : pending;
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        var list = body.putArray("decisions");
        chosen.forEach(i -> list.add(decisions.computeIfAbsent(i.path("id").asText(), id -> decision(how, i))));
        int sent = requests++;
        Reply reply =
                anywhere(first, m -> Caller.post(m.uri("/api/resume/" + thread), body.toString(), "decision-" + sent));
        if (reply.isGood()) {
            chosen.forEach(i -> acknowledged.add(i.path("id").asText()));
        }
        boolean legal = reply.isGood()
                || reply.isAway()
                || Set.of("nothing_pending", "not_found").contains(reply.code());
        findings.require(legal, thread, "answer to " + body, reply);
    }

    private static ObjectNode decision(Happening how, JsonNode interrupt) {
        ObjectNode decision = object("interrupt_id", interrupt.path("id").asText());
        boolean isCommand = interrupt.at("/metadata/tool").asText().equals("execute");
        if (how == Happening.REJECT) {
            return decision.put("type", "reject").put("message", "no");
        }
        if (how == Happening.EDIT && isCommand) {
            String token =
                    TokenModel.token(interrupt.at("/metadata/args/command").asText());
            decision.put("type", "edit").set("args", object("command", TokenModel.command(token + "e", false)));
            return decision;
        }
        return decision.put("type", "approve");
    }

    private static ObjectNode object(String field, String value) {
        return JsonNodeFactory.instance.objectNode().put(field, value);
    }

    /** Says yes to what waits. @return whether the turn is over */
    boolean isAtRest() {
        String status = state(0).path("status").asText();
        if (status.equals("interrupted")) {
            decide(Happening.APPROVE, 0, false);
        }
        return status.equals("idle") || status.equals("failed");
    }
}
