package dev.holdpoint.process;

import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.testing.Postgres;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Two processes with all that they share: a database server, an engine, a model and a folder of workspaces. */
final class World implements AutoCloseable {

    private static final Duration HEALED = Duration.ofMinutes(4);

    private final Path folder;
    private final Postgres postgres = Postgres.start();
    private final PostgresServer database = postgres.newDatabase();
    private final OwnEngine engine;
    private final ScriptedEndpoint model;
    private final List<Member> members;
    private final Part databasePart = new Part("database");
    private final Part enginePart = new Part("engine");

    World(Path folder, Findings findings) throws IOException {
        this.folder = folder;
        this.engine = new OwnEngine(folder.resolve("engine.log"));
        engine.start();
        this.model = ScriptedEndpoint.start().answerBy(new TokenModel(findings)::answer);
        this.members = List.of(member("a"), member("b"));
    }

    private Member member(String name) throws IOException {
        Launch launch = new Launch(Files.createDirectories(folder.resolve(name)))
                .on(database)
                .inDocker()
                .quick()
                .set("DOCKER_HOST", engine.host())
                .set("WORKSPACE_ROOT", workspaces().toString())
                .set("HOLDPOINT_LEASE", "3s")
                .set("HOLDPOINT_DATABASE_TIMEOUT", "3s")
                .set("HOLDPOINT_LOG_LEVEL", "DEBUG")
                .set("HOLDPOINT_MODEL_BASE_URL", model.baseUrl().toString());
        return new Member(name, launch);
    }

    Path workspaces() {
        return folder.resolve("workspaces");
    }

    List<Member> members() {
        return members;
    }

    PostgresServer database() {
        return database;
    }

    OwnEngine engine() {
        return engine;
    }

    /** @return false if something is going on there already */
    boolean begin(Step step) {
        Member member = members.get(step.process());
        return switch (step.happening()) {
            case KILL -> member.kill(step.length());
            case PAUSE -> member.pause(step.length().plusSeconds(2));
            case TERMINATE -> member.terminate();
            case END_SESSIONS -> databasePart.begin(() -> postgres.endSessions(database));
            case RESTART_DATABASE -> databasePart.begin(() -> restartDatabase(step.length()));
            case FREEZE_DATABASE -> databasePart.begin(() -> freezeDatabase(step.length()));
            case STOP_ENGINE -> enginePart.begin(() -> restartEngine(step.length()));
            case FREEZE_ENGINE ->
                enginePart.begin(() -> freezeEngine(step.length().multipliedBy(3)));
            case MESSAGE, APPROVE, REJECT, EDIT, CANCEL, RECONNECT ->
                throw new IllegalArgumentException(step + " is what a person does");
        };
    }

    private void restartDatabase(Duration away) throws InterruptedException {
        postgres.stop();
        Thread.sleep(away);
        postgres.startAgain();
    }

    private void freezeDatabase(Duration length) throws InterruptedException {
        postgres.freeze();
        Thread.sleep(length);
        postgres.thaw();
    }

    private void restartEngine(Duration away) throws InterruptedException {
        engine.stop();
        Thread.sleep(away);
        engine.start();
    }

    private void freezeEngine(Duration length) throws InterruptedException {
        engine.freeze();
        Thread.sleep(length);
        engine.thaw();
    }

    /** Waits until everything is back, and says so. */
    void heal() {
        databasePart.awaitRest(HEALED);
        enginePart.awaitRest(HEALED);
        members.forEach(m -> m.awaitRest(HEALED));
        members.forEach(m -> m.service().awaitReady());
    }

    @Override
    public void close() {
        try (model;
                postgres;
                engine) {
            members.forEach(Member::close);
        }
    }
}
