package dev.holdpoint.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Plays one {@link Answer} on a connection. */
final class AnswerWriter {

    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");

    /** What was written must have been read before the end overtakes it: a client drops what it holds of a broken stream. */
    private static final long ARRIVED_MILLIS = 50;

    private final Answer answer;
    private final Socket socket;
    private final OutputStream out;

    AnswerWriter(Answer answer, Socket socket) throws IOException {
        this.answer = answer;
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    void write() throws IOException, InterruptedException {
        Thread.sleep(answer.firstDelayMillis);
        List<byte[]> frames = answer.frames();
        if (frames.isEmpty() && answer.ending != Answer.Ending.WHOLE) {
            end();
            return;
        }
        send(head());
        for (byte[] frame : frames) {
            Thread.sleep(answer.delayMillis);
            send(chunk(frame));
        }
        end();
    }

    private void end() throws IOException, InterruptedException {
        switch (answer.ending) {
            case WHOLE -> send(LAST_CHUNK);
            case CUT -> {
                Thread.sleep(ARRIVED_MILLIS);
                socket.close();
            }
            case RESET -> {
                Thread.sleep(ARRIVED_MILLIS);
                socket.setSoLinger(true, 0);
                socket.close();
            }
            case STALL -> Thread.sleep(Long.MAX_VALUE);
        }
    }

    private byte[] head() {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status + " Scripted\r\n");
        answer.headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return ascii(head.append("Transfer-Encoding: chunked\r\n\r\n").toString());
    }

    private void send(byte[] bytes) throws IOException, InterruptedException {
        for (int from = 0; from < bytes.length; ) {
            int length = Math.min(answer.bytesPerWrite, bytes.length - from);
            out.write(bytes, from, length);
            out.flush();
            from += length;
            if (from < bytes.length) {
                Thread.sleep(1);
            }
        }
    }

    private static byte[] chunk(byte[] frame) throws IOException {
        if (frame.length == 0) {
            return frame;
        }
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(frame.length + 16);
        chunk.write(ascii(Integer.toHexString(frame.length) + "\r\n"));
        chunk.write(frame);
        chunk.write(ascii("\r\n"));
        return chunk.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
