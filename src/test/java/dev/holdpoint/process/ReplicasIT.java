package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.testing.Postgres;
import dev.holdpoint.testing.ScriptedRequest;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two living processes on one database: whatever a client does, it may do it through either. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicasIT {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final String APPROVE = "{\"action\":\"approve\"}";

    private TwoReplicas replicas;
    private Service one;
    private Service two;

    @BeforeAll
    void start(@TempDir Path folder) {
        replicas = new TwoReplicas(folder).start(Postgres.shared().newDatabase(), launch -> launch);
        one = replicas.one();
        two = replicas.two();
    }

    @AfterAll
    void stop() {
        replicas.close();
    }

    private static String command(String command) {
        return "{\"command\":\"%s\"}".formatted(command);
    }

    private static String thread(String thread, String rest) {
        return "/api/threads/" + thread + rest;
    }

    private void usable(Service through, String thread, String status, String title) {
        assertThat(through.statusOfThread(thread)).isEqualTo(status);
        through.call("PATCH", thread(thread, ""), "{\"title\":\"%s\"}".formatted(title));
        Reply done = through.call("POST", thread(thread, "/exec"), command("echo hands > hands; cat hands"));
        assertThat(done.body().path("output").asText()).isEqualTo("hands\n");
        assertThat(through.file(thread, "/workspace/hands")).isEqualTo("hands\n");
        assertThat(one.json(thread(thread, "")).path("title").asText()).isEqualTo(title);
    }

    @Test
    void an_idle_thread_of_another_replica() {
        String thread = one.newThread();

        usable(two, thread, "idle", "idle one");
        assertThat(two.call("POST", thread(thread, "/cancel"), "").code()).isEqualTo("nothing_running");
        SseClient turn = two.talk(thread, "mark idle").awaitEnd();

        assertThat(turn.frames().getLast().text("/outcome/type")).isEqualTo("success");
        assertThat(one.journal(thread)).isEqualTo(two.journal(thread));
        assertThat(one.file(thread, TaskModel.LOG)).isEqualTo("idle\n");
    }

    @Test
    void a_thread_that_another_replica_works_on() {
        String thread = one.newThread();
        SseClient turn = one.talk(thread, "nap running");
        turn.await("what it prints", ReplicasIT::prints);

        usable(two, thread, "running", "running one");
        assertThat(two.call("POST", "/api/chat/" + thread, "{\"message\":\"more\"}")
                        .code())
                .isEqualTo("run_active");
        assertThat(two.call("POST", "/api/resume/" + thread, APPROVE).code()).isEqualTo("nothing_pending");
        SseClient followed = two.follow(thread, "0");

        turn.awaitEnd();
        followed.await("the end", f -> f.text("/outcome/type").equals("success"));
        followed.close();
        assertThat(two.file(thread, TaskModel.LOG)).isEqualTo("running\n");
        assertThat(two.events(thread)).doesNotContain("outcome_unknown");
    }

    @Test
    void a_turn_that_another_replica_has_parked() {
        String thread = replicas.parked("parked");

        usable(two, thread, "interrupted", "parked one");
        assertThat(two.call("POST", "/api/chat/" + thread, "{\"message\":\"more\"}")
                        .code())
                .isEqualTo("run_active");
        assertThat(two.call("POST", "/api/resume/" + thread, APPROVE).status()).isEqualTo(200);

        one.awaitStatus(thread, "idle", WAIT);
        assertThat(one.file(thread, TaskModel.NOTE)).isEqualTo("mark+");
        assertThat(one.events(thread)).containsOnlyOnce("event: TOOL_CALL_RESULT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "busy", "ask", "work"})
    void cancel_of_a_turn_of_another_replica(String what) throws Exception {
        String thread = one.newThread();
        String mark = "31.41" + ProcessHandle.current().pid();
        String message = what + " " + mark;
        SseClient turn = one.talk(thread, message);
        switch (what) {
            case "hang" -> turn.await("TEXT_MESSAGE_CONTENT");
            case "busy" ->
                await().atMost(WAIT)
                        .until(() -> !replicas.model().asked(message).isEmpty());
            case "ask" -> turn.await("RUN_FINISHED");
            default -> turn.await("what it prints", ReplicasIT::prints);
        }

        assertThat(two.call("POST", thread(thread, "/cancel"), "").status()).isEqualTo(202);

        await("the end of the turn").atMost(SOON).until(turn::isEnded);
        assertThat(turn.frames().getLast().text("/code")).isEqualTo("cancelled");
        assertThat(two.journal(thread).getLast()).isEqualTo(turn.frames().getLast());
        await("the end of its command").atMost(SOON).until(() -> !CrashIT.isRunning("sleep " + mark));
        List<ScriptedRequest> asked = replicas.model().asked(message);
        assertThat(asked.getLast().awaitClientClosed(SOON) || !what.equals("hang"))
                .isTrue();
        assertThat(asked).hasSize(1);
    }

    private static String text(List<Frame> frames) {
        StringBuilder text = new StringBuilder();
        frames.stream()
                .filter(f -> f.event().equals("TEXT_MESSAGE_CONTENT"))
                .forEach(f -> text.append(f.text("/delta")));
        return text.toString();
    }

    private static boolean prints(Frame frame) {
        return frame.text("/name").equals("tool_output");
    }

    private static boolean ends(Frame frame) {
        return frame.event().equals("TEXT_MESSAGE_END");
    }

    @Test
    void tokens_of_a_turn_of_another_replica() {
        String thread = one.newThread();
        SseClient turn = one.talk(thread, "speak tokens");
        SseClient early = two.follow(thread, "0");
        await("some tokens")
                .atMost(WAIT)
                .until(() -> early.frames("TEXT_MESSAGE_CONTENT").size() > 5);
        SseClient late = two.follow(thread, "0");
        late.await("TEXT_MESSAGE_CONTENT");
        assertThat(early.frames()).as("the model still speaks").noneMatch(ReplicasIT::ends);

        turn.awaitEnd();

        for (SseClient follower : List.of(early, late)) {
            follower.await("the end", ReplicasIT::ends);
            assertThat(text(follower.frames())).isEqualTo(TaskModel.SPEECH);
            assertThat(follower.frames("TEXT_MESSAGE_START")).hasSize(1);
            assertThat(follower.frames("TEXT_MESSAGE_CONTENT")).hasSizeGreaterThan(2);
            follower.close();
        }
        assertThat(late.frames("TEXT_MESSAGE_CONTENT").getFirst().text("/delta"))
                .startsWith("word after word");
    }

    @Test
    void reconnecting_from_one_replica_to_the_other_at_every_event() {
        String thread = replicas.parked("reconnect");
        one.call("POST", "/api/resume/" + thread, APPROVE);
        one.awaitStatus(thread, "idle", WAIT);
        List<Frame> all =
                one.journal(thread).stream().filter(f -> f.id() != null).toList();

        for (int i = 0; i < all.size(); i++) {
            SseClient rest = two.follow(thread, String.valueOf(all.get(i).id()));
            int left = all.size() - i - 1;
            await("the rest").atMost(WAIT).until(() -> rest.ids().size() >= left);
            rest.close();
            assertThat(rest.frames().stream().filter(f -> f.id() != null)).isEqualTo(all.subList(i + 1, all.size()));
        }
        assertThat(all).hasSizeGreaterThan(8);
    }

    @Test
    void without_the_link_events_still_come_and_with_it_tokens_again() {
        String thread = one.newThread();
        SseClient follower = two.follow(thread, "0");
        SseClient turn = one.talk(thread, "speak unlinked");
        follower.await("TEXT_MESSAGE_CONTENT");

        await("the end, without the link")
                .atMost(WAIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    replicas.cutLinks();
                    return turn.isEnded();
                });

        await("what is finished").atMost(SOON).until(() -> {
            replicas.cutLinks();
            return text(follower.frames()).equals(TaskModel.SPEECH)
                    && follower.frames().stream().anyMatch(ReplicasIT::ends);
        });
        await("the link to be back").atMost(SOON).until(() -> replicas.links() == 2);
        String second = one.newThread();
        SseClient other = two.follow(second, "0");
        SseClient again = one.talk(second, "speak linked");
        await("tokens")
                .atMost(WAIT)
                .until(() -> other.frames("TEXT_MESSAGE_CONTENT").size() > 5);
        assertThat(other.frames()).noneMatch(ReplicasIT::ends);
        again.awaitEnd();
        List.of(follower, other).forEach(SseClient::close);
    }

    /** @param every of so many people, one rejects; 0 for none */
    @ParameterizedTest
    @CsvSource({"same,0", "mixed,3"})
    void fifty_decisions_at_once_over_both_replicas(String token, int every) throws Exception {
        String thread = replicas.parked(token);
        String interrupt = one.json(thread(thread, ""))
                .path("interrupts")
                .path(0)
                .path("id")
                .asText();
        List<Callable<Reply>> people = IntStream.range(0, 50)
                .mapToObj(i -> (Callable<Reply>) () -> (i % 2 == 0 ? one : two)
                        .call("POST", "/api/resume/" + thread, decision(interrupt, rejects(i, every))))
                .toList();

        List<Reply> replies = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Reply> reply : threads.invokeAll(people)) {
                replies.add(reply.get());
            }
        }

        two.awaitStatus(thread, "idle", WAIT);
        boolean approved = one.file(thread, TaskModel.NOTE).equals("mark+");
        assertThat(approved || one.file(thread, TaskModel.NOTE).equals("mark")).isTrue();
        assertThat(two.events(thread)).containsOnlyOnce("event: TOOL_CALL_RESULT");
        for (int i = 0; i < replies.size(); i++) {
            boolean won = rejects(i, every) != approved;
            assertThat(replies.get(i).status()).as(replies.get(i).toString()).isEqualTo(won ? 200 : 409);
            assertThat(replies.get(i).code()).isEqualTo(won ? "" : "already_decided");
        }
    }

    private static boolean rejects(int person, int every) {
        return every != 0 && person % every == 0;
    }

    private static String decision(String interrupt, boolean rejects) {
        return "{\"decisions\":[{\"interrupt_id\":\"%s\",\"type\":\"%s\"}]}"
                .formatted(interrupt, rejects ? "reject" : "approve");
    }

    @Test
    void deleting_a_thread_that_another_replica_works_on() {
        String thread = one.newThread();
        String mark = "27.18" + ProcessHandle.current().pid();
        SseClient turn = one.talk(thread, "flood " + mark);
        turn.await("what it prints", ReplicasIT::prints);

        int deleted = two.call("DELETE", thread(thread, ""), "").status();

        assertThat(deleted).isEqualTo(204);
        await("the end of its stream").atMost(SOON).until(turn::isEnded);
        await("the end of its command").atMost(SOON).until(() -> !CrashIT.isRunning(mark));
        assertThat(List.of(one, two))
                .allSatisfy(s -> assertThat(s.statusOf(thread(thread, ""))).isEqualTo(404));
        assertThat(replicas.count("event WHERE thread_id = '%s'".formatted(thread)))
                .isZero();
        assertThat(replicas.count("thread WHERE id = '%s'".formatted(thread))).isZero();
        await("its files to be gone").atMost(SOON).until(() -> !replicas.hasFile(mark));
        assertThat(replicas.workspaces().resolve(thread)).doesNotExist();
        String other = one.newThread();
        assertThat(one.talk(other, "mark other").awaitEnd().frames().getLast().text("/outcome/type"))
                .isEqualTo("success");
    }
}
