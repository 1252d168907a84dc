package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** However many names come, few are held. */
class FirstsTest {

    @Test
    void the_first_ones_in_their_order_stay_and_no_others_are_held() {
        Firsts firsts = new Firsts(3);

        for (int i = 999; i >= 100; i--) {
            firsts.add("n" + i);
            assertThat(firsts.names()).hasSizeLessThanOrEqualTo(3);
        }

        assertThat(firsts.names()).containsExactly("n100", "n101", "n102");
        assertThat(firsts.isComplete()).isFalse();
    }

    @Test
    void as_many_as_there_may_be_are_complete() {
        Firsts firsts = new Firsts(2);

        firsts.add("b");
        firsts.add("a");
        firsts.add("b");

        assertThat(firsts.names()).containsExactly("a", "b");
        assertThat(firsts.isComplete()).isTrue();
    }
}
