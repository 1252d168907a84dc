package dev.holdpoint.process;

import java.util.Arrays;
import java.util.Random;

/** What may happen next in a chaotic run, and how often beside the others. */
enum Happening {
    MESSAGE(90),
    APPROVE(180),
    REJECT(12),
    EDIT(12),
    CANCEL(10),
    RECONNECT(24),
    KILL(4),
    PAUSE(3),
    TERMINATE(2),
    END_SESSIONS(4),
    RESTART_DATABASE(1),
    FREEZE_DATABASE(1),
    STOP_ENGINE(1),
    FREEZE_ENGINE(1);

    private static final int SUM =
            Arrays.stream(values()).mapToInt(h -> h.weight).sum();

    private final int weight;

    Happening(int weight) {
        this.weight = weight;
    }

    /** Whether it is something that a person does, rather than something that goes wrong. */
    boolean isPersons() {
        return compareTo(RECONNECT) <= 0;
    }

    static Happening draw(Random random) {
        int left = random.nextInt(SUM);
        for (Happening happening : values()) {
            left -= happening.weight;
            if (left < 0) {
                return happening;
            }
        }
        throw new IllegalStateException("the weights don't add up");
    }
}
