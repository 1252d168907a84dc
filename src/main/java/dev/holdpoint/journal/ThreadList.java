package dev.holdpoint.journal;

import dev.holdpoint.event.ThreadId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The list of threads by newest activity, page by page. */
final class ThreadList {

    private ThreadList() {}

    static Journal.Page page(Database database, int limit, @Nullable String cursor, @Nullable String search) {
        Cursor from = cursor == null ? Cursor.START : Cursor.parse(cursor);
        List<Journal.Listed> rows = database.query(
                "SELECT id, last_seq, summary FROM thread WHERE " + ThreadLoad.WHOLE
                        + " AND (updated_at < ? OR (updated_at = ? AND id < ?))"
                        + (search == null ? "" : " AND title_key LIKE ? ESCAPE '!'")
                        + " ORDER BY updated_at DESC, id DESC LIMIT ?",
                s -> {
                    int i = 1;
                    s.setLong(i++, from.updatedAt());
                    s.setLong(i++, from.updatedAt());
                    s.setString(i++, from.id());
                    if (search != null) {
                        s.setString(i++, pattern(search));
                    }
                    s.setInt(i, limit + 1);
                },
                ThreadRows::listed);
        List<Journal.Listed> page = rows.subList(0, Math.min(limit, rows.size()));
        return new Journal.Page(
                List.copyOf(page),
                rows.size() > limit ? Cursor.of(page.getLast()).text() : null);
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
