package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.failpoint.Trap;
import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.testing.Postgres;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the turns of a process that dies, stands still, stops in good order, or loses the database. */
class TakeOverIT {

    private static final Duration SOON = Duration.ofSeconds(8);
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration TAKE_OVER = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final Duration OUTAGE = Duration.ofSeconds(6);
    private static final int LOAD = 20;
    private static final String APPROVE = "{\"action\":\"approve\"}";

    /** A number of seconds that is in nobody else's command. */
    private final String endless = "600." + ProcessHandle.current().pid();

    private final TwoReplicas replicas;
    private final Path folder;

    TakeOverIT(@TempDir Path folder) {
        this.folder = folder;
        this.replicas = new TwoReplicas(folder);
    }

    @AfterEach
    void stop() {
        replicas.close();
    }

    private void start(UnaryOperator<Launch> both) {
        replicas.start(Postgres.shared().newDatabase(), both);
    }

    private Service one() {
        return replicas.one();
    }

    private Service two() {
        return replicas.two();
    }

    private static Launch shortLease(Launch launch) {
        return launch.set("HOLDPOINT_LEASE", "3s");
    }

    private static boolean prints(Frame frame) {
        return frame.text("/name").equals("tool_output");
    }

    private static void done(Service service, String thread, Duration time) {
        service.awaitStatus(thread, "idle", time);
        new Replay(service.journal(thread)).assertContinuous().assertRunsEnd();
    }

    @Test
    void a_process_that_dies() {
        start(launch -> launch);
        dies(TAKE_OVER);
    }

    @Test
    void a_process_that_dies_and_leaves_its_containers_behind() {
        start(launch -> shortLease(launch).inDocker());
        dies(SOON);
    }

    private void dies(Duration time) {
        String thinking = one().newThread();
        one().talk(thinking, "hang up").await("TEXT_MESSAGE_CONTENT");
        String working = one().newThread();
        one().talk(working, "work " + endless).await("what it prints", TakeOverIT::prints);
        String waiting = replicas.parked("nicely");

        one().kill();

        SseClient follower = two().follow(working, "0");
        done(two(), working, time);
        done(two(), thinking, SOON);
        assertThat(two().events(thinking)).contains(TaskModel.DONE).doesNotContain("half");
        assertThat(replicas.model().asked("hang up")).hasSize(2);
        follower.await("outcome_unknown", f -> f.text("/metadata/outcome").equals("outcome_unknown"));
        follower.close();
        assertThat(two().events(working)).containsOnlyOnce("outcome_unknown");
        assertThat(replicas.model().asked("work " + endless).getLast().text()).contains("Outcome unknown");
        assertThat(two().file(working, TaskModel.LOG)).isEqualTo(endless + "\n");
        await("the end of the command").atMost(SOON).until(() -> !CrashIT.isRunning("sleep " + endless));
        assertThat(two().statusOfThread(waiting)).isEqualTo("interrupted");
        assertThat(two().call("POST", "/api/resume/" + waiting, APPROVE).status())
                .isEqualTo(200);
        done(two(), waiting, SOON);
        assertThat(two().file(waiting, TaskModel.NOTE)).isEqualTo("mark+");
    }

    @Test
    void a_process_that_stood_still_while_the_model_thought_of_a_command_and_while_one_ran() {
        start(TakeOverIT::shortLease);
        String working = one().newThread();
        one().talk(working, "work " + endless).await("what it prints", TakeOverIT::prints);
        String thread = one().newThread();
        one().talk(thread, "late token").await("RUN_STARTED");
        await("the model to be asked")
                .atMost(WAIT)
                .until(() -> !replicas.model().asked("late token").isEmpty());

        one().pause();

        done(two(), thread, WAIT);
        assertThat(two().events(thread)).doesNotContain("outcome_unknown");
        done(two(), working, SOON);
        assertThat(two().events(working)).containsOnlyOnce("outcome_unknown");
        doesNothingMoreAndThenWorks(thread, "token\n");
        assertThat(CrashIT.isRunning("sleep " + endless)).isFalse();
        assertThat(log(working)).isEqualTo(endless + "\n");
    }

    @Test
    void a_process_that_stood_still_right_before_a_command() throws IOException {
        Trap trap = new Trap(Files.createDirectory(folder.resolve("trap")));
        replicas.start(
                Postgres.shared().newDatabase(),
                TakeOverIT::shortLease,
                launch -> launch.javaOption(trap.javaOption()));
        String thread = one().newThread();
        trap.armPause("after:append:ToolCallStarted#1");

        one().talk(thread, "mark token").await("RUN_STARTED");

        done(two(), thread, WAIT);
        assertThat(two().events(thread)).containsOnlyOnce("outcome_unknown");
        doesNothingMoreAndThenWorks(thread, "");
    }

    private void doesNothingMoreAndThenWorks(String thread, String effect) {
        List<Frame> journal = two().journal(thread);
        SseClient follower =
                two().follow(thread, String.valueOf(journal.getLast().id()));

        one().unpause();

        await("anything that it does")
                .during(Duration.ofSeconds(4))
                .atMost(WAIT)
                .until(() ->
                        two().journal(thread).equals(journal) && follower.ids().isEmpty());
        follower.close();
        assertThat(log(thread)).isEqualTo(effect);
        assertThat(one().journal(thread)).isEqualTo(journal);
        String next = one().newThread();
        one().talk(next, "mark next").awaitEnd();
        done(one(), next, SOON);
        one().talk(thread, "mark more").awaitEnd();
        done(one(), thread, SOON);
        assertThat(log(thread)).isEqualTo(effect + "more\n");
    }

    /** Empty where nothing was ever written. */
    private String log(String thread) {
        return two().call("POST", "/api/threads/" + thread + "/exec", "{\"command\":\"cat log 2>&- || true\"}")
                .body()
                .path("output")
                .asText();
    }

    @Test
    void a_process_that_stops_under_load() {
        start(launch -> launch);
        List<String> threads = new ArrayList<>();
        List<SseClient> streams = new ArrayList<>();
        List<List<String>> shown = new ArrayList<>();
        for (int i = 0; i < LOAD; i++) {
            String thread = one().newThread();
            threads.add(thread);
            SseClient turn = one().talk(thread, i % 2 == 0 ? "hang " + i : "work " + i + endless);
            turn.await("its begin", f -> f.event().equals("TEXT_MESSAGE_CONTENT") || prints(f));
            streams.add(turn);
            streams.add(one().follow(thread, "0"));
        }

        one().terminate();

        assertThat(one().awaitEnd(STOP)).as(one().log()).isIn(0, 143);
        for (SseClient stream : streams) {
            shown.add(stream.awaitEnd().ids());
            assertThat(stream.retry()).isPositive();
        }
        for (int i = 0; i < LOAD; i++) {
            done(two(), threads.get(i), SOON);
            List<String> ids = two().journal(threads.get(i)).stream()
                    .map(Frame::id)
                    .map(String::valueOf)
                    .toList();
            assertThat(ids).containsAll(shown.get(2 * i)).containsAll(shown.get(2 * i + 1));
        }
        assertThat(CrashIT.isRunning(endless)).isFalse();
    }

    @Test
    void a_database_that_is_away_for_longer_than_the_lease() {
        try (Postgres server = Postgres.start()) {
            PostgresServer database = server.newDatabase();
            replicas.start(database, TakeOverIT::shortLease);
            String speaking = one().newThread();
            one().talk(speaking, "speak up").await("TEXT_MESSAGE_CONTENT");
            String working = one().newThread();
            one().talk(working, "nap token").await("what it prints", TakeOverIT::prints);
            String late = one().newThread();
            one().talk(late, "late token").await("RUN_STARTED");
            await("the model to be asked")
                    .atMost(WAIT)
                    .until(() -> !replicas.model().asked("late token").isEmpty());

            server.endSessions(database);
            server.stop();
            try {
                await("the end of the outage")
                        .during(OUTAGE)
                        .atMost(OUTAGE.multipliedBy(3))
                        .until(() -> List.of(one(), two()).stream()
                                .allMatch(s -> s.call("POST", "/api/sessions", "{}")
                                        .code()
                                        .equals("store_unavailable")));
            } finally {
                server.startAgain();
            }

            for (String thread : List.of(speaking, working, late)) {
                await("the store to be back").atMost(WAIT).until(() -> two().statusOf("/api/threads/" + thread) == 200);
                done(two(), thread, WAIT);
                assertThat(two().events(thread)).doesNotContain("outcome_unknown");
            }
            assertThat(two().events(speaking)).contains(TaskModel.SPEECH);
            assertThat(replicas.model().asked("speak up")).hasSize(1);
            assertThat(two().file(working, TaskModel.LOG)).isEqualTo("token\n");
            assertThat(two().file(late, TaskModel.LOG)).isEqualTo("token\n");
            replicas.close();
        }
    }
}
