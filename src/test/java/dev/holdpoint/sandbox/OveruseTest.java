package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OveruseTest {

    private final Overuse overuse = new Overuse();

    private boolean isTooMuch(double beyond, int seconds) {
        return overuse.isTooMuch(beyond, Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void what_was_within_may_not_leave() {
        assertThat(isTooMuch(0, 1)).isFalse();

        assertThat(isTooMuch(0.001, 2)).isTrue();
    }

    @Test
    void what_was_too_large_already_may_shrink_for_as_long_as_it_takes() {
        for (int i = 0; i < 90; i++) {
            assertThat(isTooMuch(1 - i / 100.0, 9 * i)).as("look %d", i).isFalse();
        }
    }

    @Test
    void what_was_too_large_already_may_not_stay_so() {
        assertThat(isTooMuch(1, 1)).isFalse();
        assertThat(isTooMuch(1, 10)).isFalse();

        assertThat(isTooMuch(1, 11)).isTrue();
    }

    @Test
    void what_was_too_large_already_may_not_grow() {
        assertThat(isTooMuch(0.5, 1)).isFalse();
        assertThat(isTooMuch(0.505, 2)).as("who cleans writes a little").isFalse();

        assertThat(isTooMuch(0.52, 3)).isTrue();
    }

    @Test
    void one_that_begins_has_time_of_its_own() {
        assertThat(isTooMuch(1, 1)).isFalse();
        overuse.renew(Duration.ofSeconds(9).toNanos());

        assertThat(isTooMuch(1, 11)).isFalse();
        assertThat(isTooMuch(1, 19)).isTrue();
    }

    @Test
    void after_a_rest_it_is_as_at_the_first_look() {
        isTooMuch(0, 1);
        overuse.forget();

        assertThat(isTooMuch(1, 2)).isFalse();
    }
}
