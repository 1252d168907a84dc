package dev.holdpoint.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However bytes are cut into pieces, the text is the same. Random, with a fixed seed. */
class TextPiecesTest {

    private static final String[] BITS = {"a", "é", "€", "😀", "\n", "\r\n", "\uFFFD", " "};

    private final Random random = new Random(42);

    @Test
    void decoding_in_pieces_is_decoding_at_once() {
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = damaged(text(random.nextInt(40)).getBytes(StandardCharsets.UTF_8));
            Utf8Stream stream = new Utf8Stream();
            StringBuilder decoded = new StringBuilder();
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + random.nextInt(4));
                decoded.append(stream.decode(Arrays.copyOfRange(bytes, at, end)));
                at = end;
            }
            decoded.append(stream.finish());

            assertThat(decoded.toString()).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_spool_shows_the_true_ends_and_keeps_all() throws IOException {
        for (int round = 0; round < 300; round++) {
            String text = text(random.nextInt(200));
            byte[] all = text.getBytes(StandardCharsets.UTF_8);
            try (Spool spool = new Spool(101, 1_000_000)) {
                text.codePoints().forEach(c -> spool.add(Character.toString(c).getBytes(StandardCharsets.UTF_8)));

                assertThat(spool.size()).isEqualTo(all.length);
                assertThat(spool.open().readAllBytes()).isEqualTo(all);
                assertThat(text).startsWith(spool.head());
                if (spool.isLong()) {
                    assertThat(text).endsWith(spool.tail());
                    assertThat(spool.leftOut()).isBetween(1L, (long) all.length);
                } else {
                    assertThat(spool.head()).isEqualTo(text);
                }
            }
        }
    }

    @Test
    void pieces_of_lines_make_up_the_text() throws IOException {
        for (int round = 0; round < 1_000; round++) {
            String text = text(random.nextInt(60));
            LineReader reader = new LineReader(
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 1 + random.nextInt(6));
            StringBuilder read = new StringBuilder();
            for (LineReader.Piece piece = reader.next(); piece != null; piece = reader.next()) {
                read.append(piece.text()).append(piece.last() ? "\n" : "");
            }

            String expected = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
            assertThat(read.toString().replace("\r\n", "\n")).isEqualTo(expected.replace("\r\n", "\n"));
        }
    }

    private String text(int bits) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bits; i++) {
            text.append(BITS[random.nextInt(BITS.length)]);
        }
        return text.toString();
    }

    private byte[] damaged(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (random.nextInt(5) == 0) {
                bytes[i] = (byte) random.nextInt(256);
            }
        }
        return bytes;
    }
}
