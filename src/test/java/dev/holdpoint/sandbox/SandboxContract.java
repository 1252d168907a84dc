package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ThreadId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every sandbox does with a command that comes to its end. */
public abstract class SandboxContract extends SandboxFixture {

    @Test
    void a_command_prints_and_exits() throws Exception {
        Ran ran = run("echo out; echo err >&2; exit 3");

        assertThat(ran.result().outcome()).isEqualTo(Outcome.EXITED);
        assertThat(ran.result().exitCode()).isEqualTo(3);
        assertThat(ran.out()).isEqualTo("out\n");
        assertThat(ran.output().err()).isEqualTo("err\n");
    }

    @Test
    void a_command_that_a_signal_ended_exits_with_128_and_its_number() throws Exception {
        assertThat(run("kill -TERM $$").result().exitCode()).isEqualTo(143);
        assertThat(run("kill -KILL $$").result().exitCode()).isEqualTo(137);
    }

    @Test
    void a_command_is_taken_byte_for_byte() throws Exception {
        String command = "cat <<'END'\n'\"\\ $HOME `id` é 漢 \u0001\ttab\n\nlast\nEND\nprintf '%s' \"it's\"\n\n";

        Ran ran = run(command);

        assertThat(ran.out()).isEqualTo("'\"\\ $HOME `id` é 漢 \u0001\ttab\n\nlast\nit's");
        assertThat(ran.result().exitCode()).isZero();
    }

    @Test
    void a_command_of_the_largest_size_runs() throws Exception {
        String text = "漢é0123456789\n".repeat(62_000).substring(0, 700_000);
        String command = "cat <<'END' | sha256sum\n" + text + "\nEND\n";
        assertThat(command.getBytes(StandardCharsets.UTF_8).length).isGreaterThan(800_000);

        Ran ran = run(command);

        assertThat(ran.out()).startsWith(Digests.sha256(text + "\n"));
    }

    @Test
    void a_command_with_a_syntax_error_exits_with_2() throws Exception {
        assertThat(run("if then").result().exitCode()).isEqualTo(2);
        assertThat(run("no_such_program_here").result().exitCode()).isEqualTo(127);
    }

    @Test
    void large_output_arrives_whole() throws Exception {
        Ran ran = run("head -c 20000000 /dev/zero | tr '\\0' 'x'; printf END");

        assertThat(ran.output().bytes()).hasSize(20_000_003);
        assertThat(ran.out()).endsWith("xEND");
    }

    @Test
    void output_that_is_not_text_arrives_as_it_is() throws Exception {
        Ran ran = run("printf '\\377\\000\\303\\050'");

        assertThat(ran.output().bytes()).containsExactly(0xff, 0x00, 0xc3, 0x28);
    }

    @Test
    void output_arrives_while_the_command_runs() throws Exception {
        List<Long> times = new ArrayList<>();
        sandboxes
                .of(thread)
                .exec(
                        new ExecRequest("echo a; sleep 1; echo b", LONG),
                        (stream, bytes) -> times.add(System.nanoTime()));

        assertThat(times.getLast() - times.getFirst())
                .isGreaterThan(Duration.ofMillis(700).toNanos());
    }

    @Test
    void standard_input_is_empty() throws Exception {
        assertThat(run("cat; echo done", Duration.ofSeconds(10)).out()).isEqualTo("done\n");
    }

    @Test
    void commands_start_in_the_workspace_and_share_it_with_the_file_tools() throws Exception {
        write("/workspace/in/a.txt", "from the host");

        Ran ran = run("pwd; cat in/a.txt; echo back > in/b.txt; echo more >> in/a.txt; touch in/../c");

        assertThat(ran.out()).isEqualTo("/workspace\nfrom the host");
        assertThat(ran.output().err()).isEmpty();
        assertThat(read("/workspace/in/b.txt")).isEqualTo("back\n");
        assertThat(read("/workspace/in/a.txt")).isEqualTo("from the hostmore\n");
    }

    @Test
    void the_file_tools_delete_what_a_command_made() throws Exception {
        run("mkdir -p d/e && touch d/e/f && chmod 0 d/e/f && chmod 500 d/e && ln -s / d/top");

        sandboxes.of(thread).files().delete("/workspace/d");

        assertThat(run("ls -A").out()).isEmpty();
    }

    @Test
    void commands_run_side_by_side() throws Exception {
        run("true");
        List<Callable<Ran>> commands = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            commands.add(() -> run("sleep 1; echo " + number + "; exit " + number));
        }
        long start = System.nanoTime();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Ran>> all = executor.invokeAll(commands);
            for (int i = 0; i < 8; i++) {
                assertThat(all.get(i).get().out()).isEqualTo(i + "\n");
                assertThat(all.get(i).get().result().exitCode()).isEqualTo(i);
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    }

    @Test
    void threads_are_strangers() throws Exception {
        ThreadId other = ThreadId.create();
        run("echo secret > mine.txt; cp mine.txt /tmp");
        try {
            Ran ran = run(other, "ls -A /workspace /tmp; find / -name mine.txt 2>/dev/null", LONG);

            assertThat(ran.out()).doesNotContain("mine.txt");
        } finally {
            sandboxes.remove(other);
        }
    }

    @Test
    void removing_a_thread_ends_its_commands_and_removes_its_files() throws Exception {
        run("touch a");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Ran> running = executor.submit(() -> run("echo up > up; sleep 60"));
            await(() -> Files.exists(workspaces.prepare(thread).resolve("up")));
            assertThat(sandboxes.state(thread)).isEqualTo("running");
            assertThat(sandboxes.running()).isEqualTo(1);

            sandboxes.remove(thread);

            assertThat(running.get().result().outcome()).isEqualTo(Outcome.SANDBOX_LOST);
            assertThat(running.get().took()).isLessThan(Duration.ofSeconds(20));
        }
        assertThat(folder.resolve("workspaces").resolve(thread.value())).doesNotExist();
        assertThat(sandboxes.state(thread)).isEqualTo("none");
        assertThat(run("ls -A").out()).isEmpty();
    }

    @Test
    void sweeping_leaves_what_this_process_has_alone() throws Exception {
        run("touch a");

        sandboxes.sweep(List::of);

        assertThat(run("ls").out()).isEqualTo("a\n");
    }

    @Test
    void a_copy_has_the_files_and_is_a_stranger() throws Exception {
        ThreadId fork = ThreadId.create();
        run("mkdir d && echo old > d/a && chmod 755 d/a && ln -s a d/b");
        try {
            sandboxes.copy(thread, fork);

            run("echo new > d/a");
            Ran ran = run(fork, "cat d/b; stat -c %A d/a; echo mine >> d/a; touch d/c && ls d", LONG);

            assertThat(ran.out()).isEqualTo("old\n-rwxr-xr-x\na\nb\nc\n");
            assertThat(run("cat d/a").out()).isEqualTo("new\n");
        } finally {
            sandboxes.remove(fork);
        }
    }

    @Test
    void a_sandbox_of_a_deleted_thread_makes_no_workspace() throws Exception {
        Sandbox held = sandboxes.of(thread);
        SandboxSettings others = settings.named(settings.installation(), "other");
        try (Sandboxes other = make(others, Workspaces.open(others))) {
            other.remove(thread);
        }

        assertThatThrownBy(() -> held.exec(new ExecRequest("true", LONG), new Recording()))
                .isInstanceOf(SandboxUnavailable.class)
                .hasMessageContaining("workspace was removed");
        assertThat(folder.resolve("workspaces").resolve(thread.value())).doesNotExist();
    }

    @Test
    void closing_keeps_the_workspace() throws Exception {
        run("echo kept > a");
        sandboxes.close();
        sandboxes = make(settings, Workspaces.open(settings));

        assertThat(run("cat a").out()).isEqualTo("kept\n");
    }

    @Test
    void a_request_out_of_bounds_is_refused() {
        assertThatThrownBy(() -> new ExecRequest("a\0b", LONG)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ExecRequest("x".repeat(ExecRequest.MAX_COMMAND_BYTES + 1), LONG))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Waits for something that is about to become true. */
    static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain");
            }
            Thread.sleep(20);
        }
    }
}
