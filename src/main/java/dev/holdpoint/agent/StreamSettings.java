package dev.holdpoint.agent;

import java.time.Duration;

/**
 * The bounds of a stream.
 *
 * @param heartbeat the longest silence; then {@link Seen.Idle}
 * @param bufferBytes taken from the journal for one follower at once; a larger event passes alone. Also the bytes that
 *     may be under way to a client that hasn't taken them
 * @param stallTimeout for how long a client may take nothing of what is there for it; then its connection is closed
 */
public record StreamSettings(Duration heartbeat, int bufferBytes, Duration stallTimeout) {

    public static final StreamSettings DEFAULTS =
            new StreamSettings(Duration.ofSeconds(10), 1 << 20, Duration.ofSeconds(60));

    public StreamSettings {
        if (heartbeat.isZero() || heartbeat.isNegative() || bufferBytes < 1 || stallTimeout.isNegative()) {
            throw new IllegalArgumentException("a bound of a stream is above zero");
        }
    }
}
