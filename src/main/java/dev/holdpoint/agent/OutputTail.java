package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The end of what a running tool printed; readers that fall behind by more than its bound miss the rest. */
final class OutputTail {

    /** Characters kept for readers that are behind; live output is a preview, the result has its own limit. */
    static final int BOUND = 256 * 1024;

    /** Characters that are shown or kept where only the end of an output is. */
    static final int LAST = 20_000;

    private record Piece(long from, Delta.ToolOutput output) {
        long to() {
            return from + output.text().length();
        }

        boolean joins(Delta.ToolOutput more) {
            return more.stream() == output.stream()
                    && output.text().length() + more.text().length() <= PIECE;
        }

        Part after(long position) {
            int skip = (int) Math.max(0, position - from);
            return new Part(from + skip, LiveMessage.after(output, skip));
        }
    }

    /** Pieces of one stream are joined up to this length, so that a slow printer doesn't make a piece of each letter. */
    private static final int PIECE = 4 * 1024;

    private final Deque<Piece> pieces = new ArrayDeque<>();
    private long length;
    private boolean ended;

    void add(Delta.ToolOutput output) {
        Piece last = pieces.peekLast();
        if (last != null && last.joins(output)) {
            pieces.removeLast();
            String text = last.output().text() + output.text();
            pieces.add(new Piece(last.from(), new Delta.ToolOutput(output.toolCallId(), output.stream(), text)));
        } else {
            pieces.add(new Piece(length, output));
        }
        length += output.text().length();
        while (pieces.size() > 1 && length - pieces.getFirst().to() > BOUND) {
            pieces.removeFirst();
        }
    }

    /** Adds what another process saw; what was missed before it stays missing, and what is here isn't added again. */
    boolean add(Part part) {
        Delta.ToolOutput output = (Delta.ToolOutput) part.delta();
        if (part.at() > length) {
            length = part.at();
        }
        int known = (int) Math.min(output.text().length(), length - part.at());
        if (known < output.text().length()) {
            add((Delta.ToolOutput) LiveMessage.after(output, known));
        }
        return true;
    }

    long length() {
        return length;
    }

    /** The tool's result stands in the journal: whoever is past that needs no previews of it. */
    void end() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    /** The last characters of what the tool itself printed; empty if it printed nothing. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            if (piece.output().stream() != Delta.Stream.INFO) {
                text.append(piece.output().text());
            }
        }
        return end(text);
    }

    /** The last characters of a text, which may itself begin in the middle of one: none is cut in two. */
    static String end(StringBuilder text) {
        int from = Math.max(0, text.length() - LAST);
        boolean cut = from < text.length() && Character.isLowSurrogate(text.charAt(from));
        return text.substring(cut ? from + 1 : from);
    }

    /** What came after this position. */
    List<Part> since(long position) {
        Deque<Part> news = new ArrayDeque<>();
        for (Iterator<Piece> newest = pieces.descendingIterator(); newest.hasNext(); ) {
            Piece piece = newest.next();
            if (piece.to() <= position) {
                break;
            }
            news.addFirst(piece.after(position));
        }
        return List.copyOf(news);
    }
}
