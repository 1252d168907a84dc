package dev.holdpoint.process;

import dev.holdpoint.journal.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Two processes of the service on one database, one folder of workspaces and one model. */
final class TwoReplicas implements AutoCloseable {

    /** Nobody else asks what these sessions ask. */
    private static final String LINKS =
            "pg_stat_activity WHERE usename = current_user AND query IN ('LISTEN holdpoint', 'SELECT 1')";

    private final Path folder;
    private final TaskModel model = new TaskModel();
    private @Nullable PostgresServer database;
    private @Nullable Service one;
    private @Nullable Service two;

    TwoReplicas(Path folder) {
        this.folder = folder;
    }

    /** @param both what they are started with besides what they need */
    TwoReplicas start(PostgresServer database, UnaryOperator<Launch> both) {
        return start(database, both, launch -> launch);
    }

    /** @param first what only the first one is started with */
    TwoReplicas start(PostgresServer database, UnaryOperator<Launch> both, UnaryOperator<Launch> first) {
        this.database = database;
        Launch ofOne = first.apply(both.apply(launch("one", database)));
        Launch ofTwo = both.apply(launch("two", database));
        // Both at once: on an empty database, each may be the one that makes the tables.
        CompletableFuture<Service> starting = CompletableFuture.supplyAsync(ofOne::start);
        two = ofTwo.start();
        one = starting.join();
        two.awaitReady();
        one.awaitReady();
        return this;
    }

    private Launch launch(String name, PostgresServer database) {
        try {
            return new Launch(Files.createDirectories(folder.resolve(name)))
                    .on(database)
                    .quick()
                    .set("WORKSPACE_ROOT", workspaces().toString())
                    .set("HOLDPOINT_INTERRUPT_ON", "edit_file")
                    .set("HOLDPOINT_MODEL_BASE_URL", model.baseUrl());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path workspaces() {
        return folder.resolve("workspaces");
    }

    TaskModel model() {
        return model;
    }

    Service one() {
        return Objects.requireNonNull(one);
    }

    Service two() {
        return Objects.requireNonNull(two);
    }

    /** A turn that waits for a person, in the first process. */
    String parked(String token) {
        String thread = one().newThread();
        one().call("PUT", "/api/threads/" + thread + "/files/content?path=" + TaskModel.NOTE, "mark");
        one().talk(thread, "ask " + token).await("RUN_FINISHED");
        return thread;
    }

    /** Whether a workspace, or what is hidden from threads beside them, has a file with this in its name. */
    boolean hasFile(String mark) throws IOException {
        try (var files = Files.walk(workspaces())) {
            return files.anyMatch(f -> f.getFileName().toString().contains(mark));
        }
    }

    /** Ends the sessions on which the processes hear each other; they make new ones. */
    void cutLinks() {
        ask("SELECT count(pg_terminate_backend(pid)) FROM " + LINKS);
    }

    long links() {
        return count(LINKS);
    }

    long count(String rows) {
        return ask("SELECT count(*) FROM " + rows);
    }

    private long ask(String query) {
        try (Connection c = Objects.requireNonNull(database).connect();
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    @Override
    public void close() {
        Stream.of(one, two).filter(Objects::nonNull).forEach(Service::close);
        model.close();
    }
}
