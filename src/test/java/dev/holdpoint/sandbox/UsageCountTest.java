package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageCountTest {

    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private Usage count() throws IOException {
        return UsageCount.of(folder, usage -> false);
    }

    @Test
    void what_is_on_the_disk_counts_and_no_holes() throws Exception {
        Files.write(folder.resolve("real"), new byte[(int) MIB]);
        try (var sparse = new RandomAccessFile(folder.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }

        assertThat(count().bytes()).isBetween(MIB, MIB + 64 * 1024);
        assertThat(count().files()).isEqualTo(2);
    }

    @Test
    void a_file_with_several_names_takes_its_place_once() throws Exception {
        Path file = Files.write(folder.resolve("a"), new byte[(int) MIB]);
        for (int i = 0; i < 9; i++) {
            Files.createLink(folder.resolve("a" + i), file);
        }

        assertThat(count().bytes()).isBetween(MIB - 10, MIB + 64 * 1024);
        assertThat(count().files()).isEqualTo(10);
    }

    @Test
    void links_are_not_followed_and_strange_names_count_like_any() throws Exception {
        Path outside = Files.createTempDirectory("outside");
        Files.write(outside.resolve("big"), new byte[(int) MIB]);
        Path inside = Files.createDirectory(folder.resolve("in"));
        Files.createSymbolicLink(inside.resolve("link"), outside);
        Files.createFile(inside.resolve("two\nf 99999999 1\nlines"));
        Files.createFile(inside.resolve("-delete"));

        Usage usage = count();

        assertThat(usage.files()).isEqualTo(4);
        assertThat(usage.bytes()).isLessThan(MIB);
        assertThat(outside.resolve("big")).exists();
    }

    @Test
    void counting_stops_when_it_is_enough() throws Exception {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(folder.resolve("f" + i));
        }

        Usage usage = UsageCount.of(folder, so -> so.files() > 1000);

        assertThat(usage.files()).isBetween(1001L, 2999L);
        assertThat(count().files()).isEqualTo(3000);
    }

    @Test
    void what_is_not_there_cannot_be_counted() {
        assertThatThrownBy(() -> UsageCount.of(folder.resolve("gone"), usage -> false))
                .isInstanceOf(IOException.class);
    }
}
