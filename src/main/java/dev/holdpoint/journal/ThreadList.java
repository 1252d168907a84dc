package dev.holdpoint.journal;

import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The list of threads by newest activity, page by page. */
final class ThreadList {

    private ThreadList() {}

    static Journal.Page page(Database database, int limit, @Nullable String cursor, Journal.Wanted wanted) {
        Cursor from = cursor == null ? Cursor.START : Cursor.parse(cursor);
        return database.withConnection(c -> page(c, limit, from, wanted));
    }

    private static Journal.Page page(Connection c, int limit, Cursor from, Journal.Wanted wanted) throws SQLException {
        List<Journal.Listed> rows = rows(c, limit + 1, from, wanted);
        List<Journal.Listed> page = rows.subList(0, Math.min(limit, rows.size()));
        return new Journal.Page(
                List.copyOf(page),
                rows.size() > limit ? Cursor.of(page.getLast()).text() : null,
                waiting(c));
    }

    private static List<Journal.Listed> rows(Connection c, int limit, Cursor from, Journal.Wanted wanted)
            throws SQLException {
        return Database.rows(
                c,
                "SELECT id, last_seq, summary FROM thread WHERE "
                        + (wanted.status() == null ? ThreadLoad.WHOLE : "status = ?")
                        + " AND (updated_at < ? OR (updated_at = ? AND id < ?))"
                        + (wanted.search() == null ? "" : " AND title_key LIKE ? ESCAPE '!'")
                        + " ORDER BY updated_at DESC, id DESC LIMIT ?",
                s -> {
                    int i = 1;
                    if (wanted.status() != null) {
                        s.setString(i++, wanted.status().name());
                    }
                    s.setLong(i++, from.updatedAt());
                    s.setLong(i++, from.updatedAt());
                    s.setString(i++, from.id());
                    if (wanted.search() != null) {
                        s.setString(i++, pattern(wanted.search()));
                    }
                    s.setInt(i, limit);
                },
                ThreadRows::listed);
    }

    /** Rows of an older version that aren't completed yet count nothing. */
    private static int waiting(Connection c) throws SQLException {
        return Database.rows(
                        c,
                        "SELECT SUM(waiting) FROM thread WHERE status = ?",
                        s -> s.setString(1, Status.INTERRUPTED.name()),
                        row -> row.getInt(1))
                .getFirst();
    }

    private static String pattern(String search) {
        String key = String.valueOf(ThreadRows.titleKey(search));
        return '%' + key.replace("!", "!!").replace("%", "!%").replace("_", "!_") + '%';
    }

    /** A place in the list of threads: everything after it is older, or as old with a smaller id. */
    private record Cursor(long updatedAt, String id) {

        private static final Cursor START = new Cursor(Long.MAX_VALUE, "");

        static Cursor of(Journal.Listed listed) {
            return new Cursor(
                    listed.summary().updatedAt().toEpochMilli(), listed.thread().value());
        }

        String text() {
            return String.format(Locale.ROOT, "%d.%s", updatedAt, id);
        }

        static Cursor parse(String text) {
            int dot = text.indexOf('.');
            if (dot < 1 || !ThreadId.isLegal(text.substring(dot + 1))) {
                throw new IllegalArgumentException("cursor: not one that this service gave out");
            }
            try {
                return new Cursor(Long.parseLong(text.substring(0, dot)), text.substring(dot + 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("cursor: not one that this service gave out", e);
            }
        }
    }
}
