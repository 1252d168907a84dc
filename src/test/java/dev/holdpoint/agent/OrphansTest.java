package dev.holdpoint.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Dialect;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.testing.LostReplies;
import dev.holdpoint.testing.Replica;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import dev.holdpoint.testing.Stores;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when the store did something and its reply got lost, and when a process dies between journal and files. */
class OrphansTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private LostReplies store;

    @BeforeEach
    void open() {
        store = new LostReplies(Stores.sqlite(folder.resolve("journal.db")));
    }

    private Agents agents(Turn... turns) {
        Replica replica = Replica.on(store.source(), Dialect.SQLITE, Clock.systemUTC(), Duration.ofSeconds(15));
        return new Agents(replica, new ScriptedLlm(turns), AgentSettings.DEFAULTS);
    }

    /** Deletes the thread, but gets no further than the journal. */
    private void deleteHalf(Agents agents) {
        store.loseNext("DELETE FROM thread");
        assertThatThrownBy(() -> agents.orchestrator.delete(agents.thread)).isInstanceOf(JournalUnavailable.class);
        assertThat(agents.orchestrator.exists(agents.thread)).isFalse();
        assertThat(agents.sandboxes.exists(agents.thread)).isTrue();
    }

    @Test
    void a_delete_that_comes_again_finishes_what_the_first_one_began() {
        try (var agents = agents().withThread()) {
            deleteHalf(agents);

            agents.orchestrator.delete(agents.thread);

            assertThat(agents.sandboxes.exists(agents.thread)).isFalse();
            assertThatThrownBy(() -> agents.orchestrator.delete(agents.thread))
                    .isInstanceOfSatisfying(
                            Refused.class, e -> assertThat(e.code()).isEqualTo(Code.NOT_FOUND));
        }
    }

    @Test
    void a_thread_with_the_id_of_a_deleted_one_begins_with_no_files() {
        try (var agents = agents().withThread()) {
            deleteHalf(agents);

            agents.orchestrator.create(agents.thread, null, Mode.BUILD, Map.of(), null);

            assertThat(agents.sandboxes.removed()).containsExactly(agents.thread);
            assertThat(agents.sandboxes.exists(agents.thread)).isTrue();
        }
    }

    @Test
    void old_workspaces_without_a_thread_are_removed_and_no_others() {
        try (var agents = agents().withThread()) {
            ThreadId left = ThreadId.create();
            ThreadId young = ThreadId.create();
            agents.sandboxes.of(left);
            agents.sandboxes.of(young);
            agents.sandboxes.grownOld(agents.thread).grownOld(left);

            try (var orphans = new Orphans(agents.journal, agents.sandboxes, agents.sandboxes::remove)) {
                orphans.remove();
            }

            assertThat(agents.sandboxes.removed()).containsExactly(left);
        }
    }

    @Test
    void one_that_cannot_be_removed_does_not_keep_the_others() {
        List<ThreadId> told = new ArrayList<>();
        try (var agents = agents()) {
            agents.sandboxes.grownOld(ThreadId.create()).grownOld(ThreadId.create());

            try (var orphans = new Orphans(agents.journal, agents.sandboxes, id -> {
                told.add(id);
                throw new IllegalStateException("the engine is down");
            })) {
                orphans.remove();
            }
        }
        assertThat(told).hasSize(2);
    }

    @Test
    void a_running_service_looks_by_itself() {
        ThreadId left = ThreadId.create();
        try (var agents = agents()) {
            agents.sandboxes.grownOld(left).of(left);

            Awaitility.await().atMost(Agents.WAIT).until(() -> !agents.sandboxes.exists(left));

            assertThat(agents.sandboxes.removed()).containsExactly(left);
        }
    }

    @Test
    void a_cancel_that_was_stored_takes_effect_though_its_reply_got_lost() {
        try (var agents = agents(Turn.hangs("hm")).withThread()) {
            agents.chat("go");
            Awaitility.await().until(() -> agents.orchestrator.activeTurns() == 1);
            store.loseNext("INSERT INTO event");

            assertThatThrownBy(() -> agents.orchestrator.cancel(agents.thread)).isInstanceOf(JournalUnavailable.class);

            agents.await(Status.IDLE);
            assertThat(agents.events(RunFailed.class)).hasSize(1);
        }
    }

    @Test
    void a_command_whose_key_was_noted_and_the_reply_lost_runs_once_when_it_comes_again() throws Exception {
        try (var agents = agents().withThread()) {
            RequestKey key = new RequestKey(agents.thread.value(), "key", "print");
            agents.sandbox().prints("hi", 0);
            store.loseNext("INSERT INTO request");
            assertThatThrownBy(() -> agents.orchestrator.sandboxes().exec(agents.thread, "cmd", MINUTE, key))
                    .isInstanceOf(JournalUnavailable.class);

            PersonsExec answer = agents.orchestrator.sandboxes().exec(agents.thread, "cmd", MINUTE, key);

            assertThat(answer.output()).isEqualTo("hi");
            assertThat(agents.orchestrator
                            .sandboxes()
                            .exec(agents.thread, "cmd", MINUTE, key)
                            .output())
                    .isEqualTo("hi");
            assertThat(agents.sandbox().requests()).hasSize(1);
        }
    }

    @Test
    void commands_and_changes_to_files_are_uses_of_a_thread() throws Exception {
        try (var agents = agents().withThread()) {
            Awaitility.await()
                    .until(() -> agents.journal.unused(Duration.ZERO, 10).contains(agents.thread));

            agents.orchestrator.sandboxes().inUse(agents.thread, Duration.ZERO);

            assertThat(agents.journal.unused(Duration.ZERO, 10)).isEmpty();
        }
    }
}
