package dev.holdpoint.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A relational database with our schema. Whatever fails in it becomes {@link JournalUnavailable}. */
public final class Database {

    private final DataSource source;
    private final Dialect dialect;
    private final StoreThreads threads;

    /**
     * Uses a database that is migrated to the current schema.
     *
     * @param source a pool in which nothing waits without a bound
     * @param connections how many of its connections to use at once
     */
    public Database(DataSource source, Dialect dialect, int connections) {
        this.source = source;
        this.dialect = dialect;
        this.threads = new StoreThreads(connections);
    }

    interface Work<T> {
        T with(Connection c) throws SQLException;
    }

    interface Binder {
        void bind(PreparedStatement s) throws SQLException;
    }

    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    Dialect dialect() {
        return dialect;
    }

    <T> List<T> query(String sql, Binder binder, Reader<T> reader) {
        return withConnection(c -> rows(c, sql, binder, reader));
    }

    /** @return how many rows it changed */
    int update(String sql, Binder binder) {
        return withConnection(c -> change(c, sql, binder));
    }

    static <T> List<T> rows(Connection c, String sql, Binder binder, Reader<T> reader) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(sql)) {
            binder.bind(s);
            try (ResultSet rows = s.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
                return found;
            }
        }
    }

    static int change(Connection c, String sql, Binder binder) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(sql)) {
            binder.bind(s);
            return s.executeUpdate();
        }
    }

    <T> T inTransaction(Work<T> work) {
        return withConnection(c -> {
            boolean committed = false;
            c.setAutoCommit(false);
            try {
                T result = work.with(c);
                c.commit();
                committed = true;
                return result;
            } finally {
                if (!committed) {
                    c.rollback();
                }
                c.setAutoCommit(true);
            }
        });
    }

    <T> T withConnection(Work<T> work) {
        return threads.run(() -> {
            try (Connection c = source.getConnection()) {
                return work.with(c);
            }
        });
    }
}
