package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The end of what a running tool printed; readers that fall behind by more than its bound miss the rest. */
final class OutputTail {

    /** Characters kept for readers that are behind; live output is a preview, the result has its own limit. */
    static final int BOUND = 256 * 1024;

    private record Piece(long from, Delta.ToolOutput output) {
        long to() {
            return from + output.text().length();
        }
    }

    private final Deque<Piece> pieces = new ArrayDeque<>();
    private long end;

    void add(Delta.ToolOutput output) {
        pieces.add(new Piece(end, output));
        end += output.text().length();
        while (pieces.size() > 1 && end - pieces.getFirst().to() > BOUND) {
            pieces.removeFirst();
        }
    }

    long end() {
        return end;
    }

    /** What came after this position, joined where the stream is the same. */
    List<Delta> since(long position) {
        List<Delta> news = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        Delta.ToolOutput last = null;
        for (Piece piece : pieces) {
            if (piece.to() <= position) {
                continue;
            }
            if (last != null && last.stream() != piece.output().stream()) {
                news.add(new Delta.ToolOutput(last.toolCallId(), last.stream(), text.toString()));
                text.setLength(0);
            }
            text.append(
                    piece.output().text(),
                    (int) Math.max(0, position - piece.from()),
                    piece.output().text().length());
            last = piece.output();
        }
        if (last != null) {
            news.add(new Delta.ToolOutput(last.toolCallId(), last.stream(), text.toString()));
        }
        return news;
    }
}
