package dev.holdpoint.llm;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before a repetition: what the endpoint asks for, else a random part of a time that doubles, so that many
 * who failed together don't come back together.
 *
 * @param base the longest first wait
 * @param cap the longest wait of all
 */
record Backoff(Duration base, Duration cap) {

    static final Duration DEFAULT_BASE = Duration.ofMillis(500);
    private static final int MAX_DOUBLINGS = 20;
    private static final Duration FAR = Duration.ofDays(1);

    Duration wait(int attempt, Optional<Duration> retryAfter) {
        Duration longest = base.multipliedBy(1L << Math.min(attempt, MAX_DOUBLINGS));
        long jitter = ThreadLocalRandom.current().nextLong(min(longest, cap).toNanos() + 1);
        return retryAfter.map(asked -> min(asked, cap)).orElse(Duration.ofNanos(jitter));
    }

    /** What the header says, as seconds or as a date; null where there is none that makes sense. */
    static @Nullable Duration retryAfter(HttpHeaders headers, Instant now) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (value.isEmpty()) {
            return null;
        }
        Duration asked =
                value.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.') ? seconds(value) : date(value, now);
        return asked == null || asked.isPositive() ? asked : Duration.ZERO;
    }

    private static @Nullable Duration seconds(String value) {
        try {
            double seconds = Math.min(Double.parseDouble(value), 86_400.0);
            return Duration.ofMillis(Math.round(seconds * 1000));
        } catch (NumberFormatException _) {
            return null;
        }
    }

    private static @Nullable Duration date(String value, Instant now) {
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return min(Duration.between(now, then), FAR);
        } catch (DateTimeException _) {
            return null;
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
