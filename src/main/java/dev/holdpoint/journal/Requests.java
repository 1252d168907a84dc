package dev.holdpoint.journal;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal.Carried;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** The requests that were carried out under a key of the client's. */
final class Requests {

    private final Database database;

    Requests(Database database) {
        this.database = database;
    }

    /** @throws RequestKnown if it was carried out before */
    static void carryOut(Connection c, RequestKey request, ThreadId thread, long before, Instant now)
            throws SQLException {
        int added = Database.change(
                c,
                "INSERT INTO request (scope, request_key, fingerprint, thread_id, before_seq, at)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                s -> {
                    s.setString(1, request.scope());
                    s.setString(2, request.key());
                    s.setString(3, request.fingerprint());
                    s.setString(4, thread.value());
                    s.setLong(5, before);
                    s.setLong(6, now.toEpochMilli());
                });
        if (added == 0) {
            throw new RequestKnown(request);
        }
    }

    Optional<Carried> carried(RequestKey request) {
        return database
                .query(
                        "SELECT thread_id, fingerprint, before_seq FROM request WHERE scope = ? AND request_key = ?",
                        s -> {
                            s.setString(1, request.scope());
                            s.setString(2, request.key());
                        },
                        row -> new Carried(new ThreadId(row.getString(1)), row.getString(2), row.getLong(3)))
                .stream()
                .findFirst();
    }
}
