package dev.holdpoint.testing;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.Usage;
import dev.holdpoint.llm.Completion;
import dev.holdpoint.llm.CompletionRequest;
import dev.holdpoint.llm.Llm;
import dev.holdpoint.llm.LlmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model that says what a test told it to, in order, and keeps what it was asked. When the script runs out, it throws an
 * {@link AssertionError}.
 */
public final class ScriptedLlm implements Llm {

    /**
     * One scripted answer.
     *
     * @param failure what it ends with after its deltas were shown; a whole answer when absent
     * @param gate if present, deltas come at once, but the answer only ends when the gate is opened
     */
    public record Turn(
            String text,
            String reasoning,
            List<ToolCall> calls,
            String finishReason,
            @Nullable Failure failure,
            @Nullable CountDownLatch gate) {

        public static Turn text(String text) {
            return new Turn(text, "", List.of(), "stop", null, null);
        }

        public static Turn calls(ToolCall... calls) {
            return new Turn("", "", List.of(calls), "tool_calls", null, null);
        }

        public static Turn fails(Failure.Code code, String message) {
            return text("").failing(new Failure(code, message));
        }

        /** Shows the text and then says nothing more, until it is interrupted. */
        public static Turn hangs(String text) {
            return text(text).until(new CountDownLatch(1));
        }

        public Turn saying(String other) {
            return new Turn(other, reasoning, calls, finishReason, failure, gate);
        }

        public Turn thinking(String other) {
            return new Turn(text, other, calls, finishReason, failure, gate);
        }

        public Turn finishing(String reason) {
            return new Turn(text, reasoning, calls, reason, failure, gate);
        }

        public Turn failing(Failure other) {
            return new Turn(text, reasoning, calls, finishReason, other, gate);
        }

        public Turn until(CountDownLatch other) {
            return new Turn(text, reasoning, calls, finishReason, failure, other);
        }
    }

    private final Queue<Turn> script = new ConcurrentLinkedQueue<>();
    private final List<CompletionRequest> requests = new CopyOnWriteArrayList<>();

    public ScriptedLlm(Turn... turns) {
        script.addAll(List.of(turns));
    }

    /** A call with a fresh id. */
    public static ToolCall call(String tool, String arguments) {
        return new ToolCall(Ids.toolCall(), tool, arguments);
    }

    public ScriptedLlm enqueue(Turn... turns) {
        script.addAll(List.of(turns));
        return this;
    }

    /** What it was asked, in order. */
    public List<CompletionRequest> requests() {
        return List.copyOf(requests);
    }

    /** How many scripted answers are left. */
    public int remaining() {
        return script.size();
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public boolean isDemo() {
        return false;
    }

    @Override
    public Completion complete(CompletionRequest request, Consumer<Delta> onDelta)
            throws LlmException, InterruptedException {
        requests.add(request);
        Turn turn = script.poll();
        if (turn == null) {
            throw new AssertionError("the script ran out at request " + requests.size() + ": " + request);
        }
        deltas(request.messageId(), turn).forEach(onDelta);
        if (turn.gate() != null) {
            turn.gate().await();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (turn.failure() != null) {
            throw new LlmException(turn.failure());
        }
        Usage usage = new Usage(10, 5);
        return new Completion(turn.text(), turn.reasoning(), turn.calls(), usage, name(), turn.finishReason(), 1);
    }

    private static List<Delta> deltas(String messageId, Turn turn) {
        List<Delta> deltas = new ArrayList<>();
        halves(turn.reasoning()).forEach(text -> deltas.add(new Delta.Reasoning(messageId, text)));
        halves(turn.text()).forEach(text -> deltas.add(new Delta.Text(messageId, text)));
        for (ToolCall call : turn.calls()) {
            deltas.add(new Delta.CallStarted(messageId, call.id(), call.name()));
            halves(call.arguments()).forEach(text -> deltas.add(new Delta.CallArguments(messageId, call.id(), text)));
        }
        return deltas;
    }

    private static List<String> halves(String text) {
        if (text.length() < 2) {
            return text.isEmpty() ? List.of() : List.of(text);
        }
        int middle = text.offsetByCodePoints(0, text.codePointCount(0, text.length()) / 2);
        return middle == 0 ? List.of(text) : List.of(text.substring(0, middle), text.substring(middle));
    }
}
