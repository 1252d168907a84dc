package dev.holdpoint.approval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a person approves is shown whole, and nothing in it hides. */
class RenderingTest {

    @ParameterizedTest
    @ValueSource(strings = {"echo hi\nls -la | wc", "grüße 你好 مرحبا 😀 é", "a  b    c", "if x:\n    y()\n\nz"})
    void plain_text_stays_as_it_is(String text) {
        assertThat(Rendering.of(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "202E, right-to-left override",
        "2066, isolate",
        "200B, zero width space",
        "200D, zero width joiner",
        "00AD, soft hyphen",
        "FEFF, byte order mark",
        "00A0, no-break space",
        "2003, em space",
        "3164, hangul filler",
        "2800, braille blank",
        "FE0F, variation selector",
        "E0041, tag letter",
        "E000, private use",
        "2028, line separator",
        "0007, bell",
        "007F, delete",
        "009B, C1 control"
    })
    void what_would_hide_is_named(String hex, String what) {
        int c = Integer.parseInt(hex, 16);
        String shown = Rendering.of("a" + Character.toString(c) + "b");

        assertThat(shown).as(what).isEqualTo("a⟨U+" + hex + "⟩b");
    }

    @Test
    void common_controls_have_their_pictures() {
        assertThat(Rendering.of("a\rb\u001b[2Kc\0d")).isEqualTo("a␍b␛[2Kc␀d");
        assertThat(Rendering.of("a\tb")).isEqualTo("a⇥\tb");
    }

    @Test
    void a_lone_surrogate_is_named() {
        assertThat(Rendering.of("a\ud800b")).isEqualTo("a⟨U+D800⟩b");
    }

    @Test
    void blanks_that_push_text_out_of_view_are_marked() {
        String shown = Rendering.of("ls" + " ".repeat(500) + "; rm -rf /");

        assertThat(shown).contains("␠␠␠").endsWith("; rm -rf /");
    }

    @Test
    void empty_lines_that_push_text_out_of_view_are_counted() {
        String shown = Rendering.of("ls" + "\n".repeat(100) + "rm -rf /");

        assertThat(shown).contains("⟨blank line 5⟩").endsWith("rm -rf /");
    }
}
