package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files many times the size of the heap go through the service, which needs neither memory nor temporary files for them. */
class LargeFilesIT {

    private static final long SIZE = 600L << 20;
    private static final int HEAP_MIB = 128;
    /** What the process takes beside its heap, for code and buffers, when it has little to do. */
    private static final int BESIDE_HEAP_MIB = 350;

    @TempDir
    Path folder = Path.of("");

    /** Asks for an upgrade to HTTP/2, as it does by itself. */
    private final HttpClient http = HttpClient.newHttpClient();

    /** So many bytes that no two of are alike for long. */
    private static final class Noise extends InputStream {
        private final SplittableRandom random = new SplittableRandom(7);
        private long left = SIZE;

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(Math.min(length, 1 << 16), left);
            byte[] some = new byte[count];
            random.nextBytes(some);
            System.arraycopy(some, 0, bytes, from, count);
            left -= count;
            return count;
        }
    }

    private static String digest(InputStream in) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] chunk = new byte[1 << 16];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            digest.update(chunk, 0, read);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void a_large_file_goes_up_comes_down_and_is_packed_byte_for_byte() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Launch launch =
                new Launch(folder).javaOption("-Xmx" + HEAP_MIB + "m").javaOption("-Djava.io.tmpdir=" + temporary);
        String expected = digest(new Noise());
        try (Service service = launch.start()) {
            String files = "http://127.0.0.1:" + service.port() + "/api/threads/" + service.newThread() + "/files";
            String file = files + "/content?path=/workspace/large";

            assertThat(send(HttpRequest.newBuilder(URI.create(file)).PUT(BodyPublishers.ofInputStream(Noise::new)))
                            .statusCode())
                    .isEqualTo(201);
            long afterUpload = temporaryBytes(temporary);
            assertThat(digest(get(file).body())).isEqualTo(expected);
            HttpResponse<InputStream> end =
                    send(HttpRequest.newBuilder(URI.create(file)).header("Range", "bytes=-1000"));
            assertThat(end.body().readAllBytes()).hasSize(1000);
            assertThat(packed(get(files + "/archive").body())).isEqualTo(expected);

            assertThat(temporaryBytes(temporary)).isEqualTo(afterUpload).isLessThan(16 << 20);
            assertThat(Footprint.of(service.pid()).residentKiB() >> 10).isLessThan(HEAP_MIB + BESIDE_HEAP_MIB);
            assertThat(service.log()).doesNotContain("Exception").doesNotContain("OutOfMemory");
        }
    }

    private HttpResponse<InputStream> get(String address) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address)));
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofInputStream());
    }

    private static String packed(InputStream archive) throws Exception {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(archive))) {
            assertThat(tar.getNextEntry().getName()).isEqualTo("workspace/large");
            return digest(tar);
        }
    }

    /** The database's driver unpacks its library there, once. */
    private static long temporaryBytes(Path folder) throws IOException {
        long bytes = 0;
        try (var all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
