package dev.holdpoint.process;

import dev.holdpoint.journal.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Two processes of the service on one database, one folder of workspaces and one model. */
final class TwoReplicas implements AutoCloseable {

    private final Path folder;
    private final TaskModel model = new TaskModel();
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

    @Override
    public void close() {
        Stream.of(one, two).filter(Objects::nonNull).forEach(Service::close);
        model.close();
    }
}
