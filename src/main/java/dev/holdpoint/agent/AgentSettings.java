package dev.holdpoint.agent;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of a turn and of the service. Hitting one is a named outcome.
 *
 * @param maxSteps model calls in a turn; then {@code step_limit}
 * @param turnTimeout working time of a turn, waiting for people not counted; then {@code budget_exhausted}
 * @param maxRepeatedCalls identical answers in a row; from then on the call is refused, and after twice as many the turn
 *     ends with {@code step_limit}
 * @param interruptTtl after which an undecided interrupt is rejected by the system; never, when null
 * @param systemPromptAppend added to the system prompt
 * @param maxMessageChars the longest message that a person may send, in characters
 * @param maxActiveTurns turns at work at once, waiting ones not counted, and as many commands of people; then
 *     {@code overloaded}
 * @param requestTtl how long a client's request is known by its key
 * @param retention after which a thread in which nothing happened is deleted, unless it runs or waits; never, when null
 * @param keptChars characters of conversations kept in memory, so that a thread isn't read anew for each request
 */
public record AgentSettings(
        int maxSteps,
        Duration turnTimeout,
        int maxRepeatedCalls,
        @Nullable Duration interruptTtl,
        String systemPromptAppend,
        int maxMessageChars,
        int maxActiveTurns,
        Duration requestTtl,
        @Nullable Duration retention,
        long keptChars) {

    public static final AgentSettings DEFAULTS = new AgentSettings(
            100, Duration.ofHours(1), 5, null, "", 200_000, 1_000, Duration.ofDays(1), null, 64 << 20);

    public AgentSettings {
        if (maxSteps < 1 || maxRepeatedCalls < 1 || maxMessageChars < 1 || maxActiveTurns < 1) {
            throw new IllegalArgumentException("a bound is at least 1");
        }
    }
}
