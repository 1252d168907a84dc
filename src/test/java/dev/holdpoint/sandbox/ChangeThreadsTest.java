package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However many ask what a turn changed, a few are served at a time, and not on the threads of those who ask. */
@Timeout(60)
class ChangeThreadsTest {

    private static final int ALL = ChangeThreads.AT_ONCE + ChangeThreads.MOST_WAITING;

    @TempDir
    Path folder;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger onVirtual = new AtomicInteger();
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private Workspaces workspaces;

    @BeforeEach
    void open() throws IOException {
        workspaces = Workspaces.open(SandboxSettings.of(Backend.AUTO, "test", "owner", folder.resolve("workspaces")));
    }

    @AfterEach
    void close() {
        gate.countDown();
        askers.close();
    }

    private SandboxFiles filesOfATurn() throws IOException {
        ThreadId thread = ThreadId.create();
        Path workspace = workspaces.prepare(thread);
        SandboxFiles files = workspaces.files(thread);
        files.keep("turn", () -> {});
        Files.writeString(workspace.resolve("a"), "x");
        return files;
    }

    private String diff(String path, String before, String after) {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        onVirtual.addAndGet(Thread.currentThread().isVirtual() ? 1 : 0);
        try {
            gate.await();
            return "";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            running.decrementAndGet();
        }
    }

    private Future<Changes> ask(SandboxFiles files) {
        return askers.submit(() -> files.changes("turn", this::diff).orElseThrow());
    }

    private void awaitRunning() {
        Awaitility.await().until(() -> running.get() >= ChangeThreads.AT_ONCE);
    }

    @Test
    void a_few_are_compared_at_a_time_and_the_others_wait() throws Exception {
        List<Future<Changes>> asked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            asked.add(ask(filesOfATurn()));
        }
        awaitRunning();

        gate.countDown();

        for (Future<Changes> answer : asked) {
            assertThat(answer.get().files()).hasSize(1);
        }
        assertThat(most).hasValueLessThanOrEqualTo(ChangeThreads.AT_ONCE);
        assertThat(onVirtual).hasValue(0);
    }

    @Test
    void whoever_finds_too_many_before_them_is_told_to_come_again() throws Exception {
        SandboxFiles files = filesOfATurn();
        List<Future<Changes>> asked = new ArrayList<>();
        for (int i = 0; i <= ALL; i++) {
            asked.add(ask(files));
        }

        Awaitility.await().until(() -> asked.stream().anyMatch(Future::isDone));

        assertThat(asked.stream().filter(Future::isDone))
                .singleElement()
                .satisfies(refused -> assertThatThrownBy(refused::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(Overloaded.class)
                        .hasMessageContaining("Try again in 5 s."));
    }

    @Test
    void whoever_no_longer_waits_takes_no_place() throws Exception {
        ChangeThreads threads = new ChangeThreads();
        Thread.currentThread().interrupt();

        Throwable thrown = catchThrowable(() -> threads.run(() -> {
            gate.await();
            return "";
        }));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(ClosedByInterruptException.class);
        assertThat(threads.run(() -> "next")).isEqualTo("next");
    }

    @Test
    void what_goes_wrong_is_told_as_it_was() throws Exception {
        ThreadId thread = ThreadId.create();
        workspaces.prepare(thread);
        SandboxFiles files = workspaces.files(thread);
        files.keep("turn", () -> {});
        Files.delete(folder.resolve("workspaces").resolve(thread.value()));

        Throwable thrown = catchThrowable(() -> files.changes("turn", this::diff));

        assertThat(thrown).isInstanceOf(FileProblem.class);
    }
}
