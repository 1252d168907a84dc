package dev.holdpoint.api;

import dev.holdpoint.sandbox.Expected;
import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.SandboxFiles;
import dev.holdpoint.sandbox.SandboxFiles.Upload;
import dev.holdpoint.sandbox.SandboxFiles.Written;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.resteasy.reactive.common.util.CaseInsensitiveMap;
import org.jboss.resteasy.reactive.server.core.multipart.MultipartParser;
import org.jspecify.annotations.Nullable;

/**
 * The files of one form (multipart/form-data). Each is written as it comes, and is in place before the next begins; the
 * first that can't be written ends it, and those before it stay.
 */
final class FormUpload implements MultipartParser.PartHandler, AutoCloseable {

    private static final int CHUNK = 64 * 1024;
    /** What may come between the contents of files. */
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private final SandboxFiles files;
    private final String folder;
    private final Expected expected;
    private final ApiLimits limits;
    private final Map<String, Written> written = new LinkedHashMap<>();

    private long bytes;
    private boolean moved;
    private String path = "";
    private @Nullable Upload upload;

    FormUpload(SandboxFiles files, String folder, Expected expected, ApiLimits limits) {
        this.files = files;
        this.folder = folder;
        this.expected = expected;
        this.limits = limits;
    }

    /** @return what was written, by path, in the order of the form */
    Map<String, Written> take(InputStream body, String boundary) throws IOException {
        try {
            parse(body, boundary);
            return written;
        } catch (FileProblem e) {
            throw new FormStopped(e, new ArrayList<>(written.keySet()));
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof FileProblem problem) {
                throw new FormStopped(problem, new ArrayList<>(written.keySet()));
            }
            throw e.getCause();
        }
    }

    private void parse(InputStream body, String boundary) throws IOException {
        MultipartParser.ParseState state = MultipartParser.beginParse(
                this, boundary.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8.name());
        byte[] chunk = new byte[CHUNK];
        int idle = 0;
        for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
            moved = false;
            feed(state, ByteBuffer.wrap(chunk, 0, read));
            idle = moved ? 0 : idle + read;
            if (idle > MAX_HEAD_BYTES) {
                throw malformed("has too much outside of its files");
            }
        }
        if (!state.isComplete()) {
            throw malformed("ends before its last boundary");
        }
    }

    private static void feed(MultipartParser.ParseState state, ByteBuffer bytes) throws IOException {
        try {
            state.parse(bytes);
        } catch (MultipartParser.MalformedMessageException e) {
            throw malformed("isn't a form");
        }
    }

    private static FileProblem malformed(String what) {
        return new FileProblem(FileProblem.Kind.INVALID_PATH, "The body " + what + ".");
    }

    @Override
    public void beginPart(CaseInsensitiveMap<String> headers) {
        moved = true;
        try {
            if (written.size() == limits.maxUploadFiles()) {
                throw tooLarge("a request has at most " + limits.maxUploadFiles() + " files");
            }
            path = folder + "/" + PartHeaders.fileName(headers);
            if (written.containsKey(path)) {
                throw new FileProblem(FileProblem.Kind.INVALID_PATH, path + " is in the form twice");
            }
            upload = files.upload(path, expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void data(ByteBuffer content) throws IOException {
        moved = true;
        bytes += content.remaining();
        if (bytes > limits.maxUploadBytes()) {
            throw tooLarge("the files of a request have at most " + limits.maxUploadBytes() + " bytes together");
        }
        if (upload != null) {
            upload.write(content);
        }
    }

    private FileProblem tooLarge(String why) {
        return new FileProblem(FileProblem.Kind.TOO_LARGE, (path.isEmpty() ? "" : path + ": ") + why);
    }

    @Override
    public void endPart() {
        moved = true;
        try (Upload done = upload) {
            upload = null;
            if (done != null) {
                written.put(path, done.complete());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (upload != null) {
            upload.close();
        }
    }
}
