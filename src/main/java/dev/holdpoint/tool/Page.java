package dev.holdpoint.tool;

import java.io.IOException;

/** Some lines of a text, numbered, with word of what remains. */
final class Page {

    /** Longer lines are split: a reader sees where it is in them. */
    private static final int LONGEST_ROW = 2_000;

    private final long offset;
    private final long limit;
    private final int maxChars;
    private final StringBuilder rows = new StringBuilder();
    private long shown;
    private boolean full;
    private boolean lineCut;

    Page(int offset, int limit, int maxChars) {
        this.offset = offset;
        this.limit = limit;
        this.maxChars = maxChars;
    }

    ToolResult read(BoundedInput in) throws IOException, InterruptedException {
        LineReader reader = new LineReader(in, Math.min(LONGEST_ROW, Math.max(1, maxChars / 4)));
        long lines = 0;
        for (LineReader.Piece piece = reader.next(); piece != null; piece = reader.next()) {
            lines = piece.line();
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading");
            }
            if (lines > offset && lines <= offset + limit) {
                add(piece);
            }
        }
        if (shown == 0) {
            return nothing(lines, in.wasCut());
        }
        String ends = reader.hasCrlf() ? "\n[lines end in CRLF]" : "";
        return ToolResult.ok(rows + ends + remaining(lines, in.wasCut()));
    }

    private void add(LineReader.Piece piece) {
        String number = piece.piece() == 0 ? piece.line() + "" : piece.line() + "." + piece.piece();
        String row = " ".repeat(Math.max(0, 6 - number.length())) + number + "\t" + piece.text();
        if (full || rows.length() + row.length() + 1 > maxChars) {
            lineCut |= !full && piece.piece() > 0;
            full = true;
            return;
        }
        rows.append(rows.isEmpty() ? "" : "\n").append(row);
        shown = piece.line() - offset;
    }

    private ToolResult nothing(long lines, boolean cut) {
        return cut
                ? ToolResult.error("Error: line " + (offset + 1) + " is too far into this file to be read with "
                        + "read_file. Use a command, such as sed -n.")
                : ToolResult.error("Error: offset " + offset + " is past the end: the file has "
                        + Words.count(lines, "line") + ".");
    }

    private String remaining(long lines, boolean cut) {
        long next = offset + shown;
        String note = lineCut
                ? "\n[line " + next + " is longer than one page and is cut here: read the rest of it with a command, "
                        + "such as cut -c]"
                : "";
        if (cut) {
            return note + "\n[more than " + Words.count(lines - next, "line") + " remain: go on with offset=" + next
                    + "]";
        }
        return lines > next
                ? note + "\n[" + Words.count(lines - next, "line") + " remain" + (lines - next == 1 ? "s" : "")
                        + ": go on with offset=" + next + "]"
                : note;
    }
}
