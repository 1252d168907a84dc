package dev.holdpoint.testing;

import static org.awaitility.Awaitility.await;

import dev.holdpoint.journal.PostgresServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server, and what can happen to one. Whoever breaks it starts one of their own; the shared one is for
 * those who only need a database.
 */
public final class Postgres implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final String PASSWORD = "pg-s3cret-0001";
    /** The superuser, which only tests are, needs no password; everybody else does. */
    private static final String ACCESS = """
            local all all trust
            host all postgres all trust
            host all all all scram-sha-256
            """;

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable Postgres shared;

    private final Path folder;
    private final int port;
    private EmbeddedPostgres server;

    private Postgres(Path folder) throws IOException {
        this.folder = folder;
        this.server = started(folder, 0);
        this.port = server.getPort();
    }

    private static EmbeddedPostgres started(Path folder, int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START)
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setDataDirectoryCustomizer(Postgres::restrict)
                .setServerConfig("fsync", "on")
                // As careless as a server may be that isn't ours: it is for the service to ask for more.
                .setServerConfig("synchronous_commit", "off")
                .setServerConfig("max_connections", "200");
        return port == 0 ? builder.start() : builder.setPort(port).start();
    }

    private static void restrict(File data) {
        try {
            Files.writeString(data.toPath().resolve("pg_hba.conf"), ACCESS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server that the caller may break, and closes. */
    public static Postgres start() {
        try {
            return new Postgres(Files.createTempDirectory("holdpoint-postgres"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server that all tests of this JVM share. */
    public static synchronized Postgres shared() {
        if (shared == null) {
            Postgres started = start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            shared = started;
        }
        return shared;
    }

    /** A database that nobody else uses, with a user of its own. */
    public PostgresServer newDatabase() {
        String name = "journal" + NUMBER.incrementAndGet();
        sql("CREATE ROLE " + name + " LOGIN PASSWORD '" + PASSWORD + "'");
        sql("CREATE DATABASE " + name + " OWNER " + name);
        return new PostgresServer(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + name, name, PASSWORD, Duration.ofSeconds(10));
    }

    /** Ends all sessions of a database, as an administrator or a proxy does. */
    public void endSessions(PostgresServer database) {
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + database.user() + "'");
    }

    /** Whether writes are refused, as after a failover; sessions that are open learn it too. */
    public void setReadOnly(boolean readOnly) {
        sql("ALTER SYSTEM SET default_transaction_read_only = " + (readOnly ? "on" : "off"));
        sql("SELECT pg_reload_conf()");
    }

    /** Does something as the superuser. */
    public void sql(String statement) {
        try (Connection c = server.getPostgresDatabase().getConnection();
                Statement s = c.createStatement()) {
            s.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    /** Ends it as the loss of its machine's power does. */
    public void stop() {
        List<ProcessHandle> processes = processes();
        processes.forEach(ProcessHandle::destroyForcibly);
        await("the server's end").atMost(START).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
        release();
    }

    /** Starts it again, on the same port and data. */
    public void startAgain() {
        try {
            server = started(folder, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves its connections open, but silent. */
    public void freeze() {
        // The one that starts others comes first, so that none is missed.
        Signals.stop(processes());
    }

    public void thaw() {
        Signals.go(processes());
    }

    private List<ProcessHandle> processes() {
        try {
            Path file = folder.resolve("postmaster.pid");
            if (!Files.exists(file)) {
                return List.of();
            }
            long pid = Long.parseLong(Files.readAllLines(file).getFirst());
            return ProcessHandle.of(pid).stream()
                    .flatMap(p -> Stream.concat(Stream.of(p), p.descendants()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void release() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (!processes().isEmpty()) {
            thaw();
        }
        release();
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
