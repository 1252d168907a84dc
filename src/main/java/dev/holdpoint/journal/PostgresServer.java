package dev.holdpoint.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL database, and how it is spoken to: no answer is waited for without a bound, so that a server that is dead,
 * silent or cut off is noticed.
 *
 * @param url {@code jdbc:postgresql://…} without user or password
 * @param timeout how long one statement may take
 */
public record PostgresServer(String url, String user, String password, Duration timeout) {

    /** The newest migration in {@code db/postgresql}. */
    static final int SCHEMA = 2;

    private static final String PREFIX = "jdbc:postgresql:";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MIGRATION_TIMEOUT = Duration.ofMinutes(30);

    /** Whether the address is one of PostgreSQL's, with a database in it. */
    public static boolean isNamedBy(String url) {
        // What the driver can't parse it logs, so a user and password before the host must not reach it.
        return url.startsWith(PREFIX + "//") && (hasUserInfo(url) || parsed(url) != null);
    }

    /** Whether a user or a secret is in the address, where it would be shown and logged. */
    public static boolean holdsCredentials(String url) {
        if (hasUserInfo(url)) {
            return true;
        }
        Properties parameters = parsed(url);
        return parameters != null
                && parameters.stringPropertyNames().stream()
                        .anyMatch(name -> name.equals("user") || name.endsWith("password"));
    }

    private static boolean hasUserInfo(String url) {
        int parameters = url.indexOf('?');
        return (parameters < 0 ? url : url.substring(0, parameters)).contains("@");
    }

    private static @Nullable Properties parsed(String url) {
        Properties found = Driver.parseURL(url, new Properties());
        return found == null || found.getProperty("PGDBNAME", "").isBlank() ? null : found;
    }

    /** Where it is, for people. */
    public String name() {
        Properties parsed = parsed(url);
        return parsed == null
                ? "PostgreSQL"
                : String.format(
                        Locale.ROOT,
                        "PostgreSQL at %s:%s/%s",
                        parsed.getProperty("PGHOST"),
                        parsed.getProperty("PGPORT"),
                        parsed.getProperty("PGDBNAME"));
    }

    /** A new connection of the caller's own, as those of the pool are. */
    public Connection connect() throws SQLException {
        Properties all = properties();
        all.setProperty("user", user);
        all.setProperty("password", password);
        Connection c = new Driver().connect(url, all);
        if (c == null) {
            throw new SQLException("not an address of PostgreSQL");
        }
        return c;
    }

    /** Connections for changes of the schema, whose statements may take long. */
    public DataSource forMigration() {
        try {
            Properties inUrl = Objects.requireNonNull(parsed(url));
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setURL(url);
            source.setUser(user);
            source.setPassword(password);
            Properties ours = properties(MIGRATION_TIMEOUT);
            for (String name : ours.stringPropertyNames()) {
                if (!inUrl.containsKey(name)) {
                    source.setProperty(name, ours.getProperty(name));
                }
            }
            return source;
        } catch (SQLException e) {
            throw new IllegalStateException("a property that the driver doesn't know", e);
        }
    }

    /** What the driver is told besides user and password; parameters in the address win over it. */
    public Properties properties() {
        return properties(timeout);
    }

    private Properties properties(Duration statement) {
        Properties p = new Properties();
        p.setProperty("ApplicationName", "holdpoint");
        p.setProperty("tcpKeepAlive", "true");
        p.setProperty("connectTimeout", seconds(CONNECT_TIMEOUT));
        p.setProperty("loginTimeout", seconds(CONNECT_TIMEOUT));
        // The server gives up first, and says so; only from one that is gone nothing is heard.
        p.setProperty("socketTimeout", seconds(statement.plusSeconds(1)));
        // A server may be set to acknowledge before it has written; then a crash would lose what we acknowledged.
        p.setProperty(
                "options",
                String.format(
                        Locale.ROOT,
                        "-c synchronous_commit=on -c statement_timeout=%1$d -c idle_in_transaction_session_timeout=%1$d",
                        statement.toMillis()));
        return p;
    }

    private static String seconds(Duration duration) {
        return Long.toString((duration.toMillis() + 999) / 1000);
    }

    /**
     * Whether a connection that failed like this is of no use any more: it is broken, or leads to a server that became
     * a read-only one.
     */
    public static boolean isFatal(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("25006") // read-only
                || state.equals("25P03"); // ended by the server: idle in a transaction
    }

    @Override
    public String toString() {
        return name();
    }

    /** Why the database can't be used, as one line that begins with the setting to look at; empty if it can. */
    public Optional<String> problem() {
        return PostgresCheck.problem(this);
    }
}
