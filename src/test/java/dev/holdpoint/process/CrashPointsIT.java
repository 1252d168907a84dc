package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.failpoint.Failpoints;
import dev.holdpoint.failpoint.Trap;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The service dies before and after each step of a turn, and no promise breaks. Which steps there are is seen in a turn
 * that is left alone. All is done in one data folder: the process that comes back finishes the turn that its forerunner
 * died in, and then dies in the next one.
 */
@ParameterizedClass
@EnumSource
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashPointsIT {

    private static final Duration RECOVERY = Duration.ofSeconds(30);

    /** A failure says where the service had died. */
    @RegisterExtension
    final TestExecutionExceptionHandler names = (test, failure) -> {
        throw new AssertionError(test.getDisplayName(), failure);
    };

    private final ScriptedEndpoint model = ScriptedEndpoint.start().answerBy(MarkingModel::answer);
    private Trap trap;
    private Launch launch;
    private Service service;

    @Parameter
    Store store = Store.SQLITE;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        trap = new Trap(Files.createDirectory(folder.resolve("trap")));
        launch = new Launch(folder)
                .on(store)
                .quick()
                .javaOption(trap.javaOption())
                // On a shared store the turns of a process that died wait for the end of its lease.
                .set("HOLDPOINT_LEASE", "2s")
                .set("HOLDPOINT_MODEL_BASE_URL", model.baseUrl().toString());
        service = launch.start();
    }

    @AfterAll
    void stop() {
        service.close();
        model.close();
    }

    /** The steps of a whole turn, in order. */
    List<String> steps() {
        trap.disarm();
        new Person("undisturbed").goOn(service, RECOVERY);
        return trap.hits();
    }

    @BeforeEach
    void startAgainAfterAFailure() {
        if (!service.isAlive()) {
            comeBack();
        }
    }

    private void comeBack() {
        trap.disarm();
        service.close();
        service = launch.start();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("steps")
    void no_promise_breaks_when_it_dies(String step) {
        Person person = new Person(step);
        beginAndDie(person, step);

        comeBack();
        person.goOn(service, RECOVERY);

        Replay journal = new Replay(service.journal(person.thread()));
        person.leaveAfter(journal.frames().getLast());
        journal.assertContinuous().assertRunsEnd().assertIsWhat(person.seen());
        assertEffects(person, journal.outcomes());
        model.requests().stream()
                .filter(r -> MarkingModel.mark(r).equals(person.message()))
                .forEach(MarkingModel::assertSound);
    }

    private void beginAndDie(Person person, String step) {
        trap.arm(step);
        try {
            person.goOn(service, RECOVERY);
        } catch (UncheckedIOException e) {
            // It died while the person waited for it; at the last step nobody does.
        }
        assertThat(service.awaitEnd(RECOVERY)).isEqualTo(Failpoints.KILLED);
        assertThat(trap.hits()).endsWith(step);
    }

    /** No command ran twice. What is said to have run did; what may have run is told as that. */
    private void assertEffects(Person person, Map<String, String> outcomes) {
        String log = service.file(person.thread(), MarkingModel.LOG);
        long marks = log.lines().filter(person.message()::equals).count();
        String note = service.file(person.thread(), MarkingModel.NOTE);
        assertThat(outcomes.get("ls")).isEqualTo("ok");
        assertThat(outcomes.get("execute")).isIn("exited", "outcome_unknown");
        assertThat(outcomes.get("write_file")).isIn("ok", "outcome_unknown");
        assertThat(marks).isBetween("exited".equals(outcomes.get("execute")) ? 1L : 0L, 1L);
        if ("ok".equals(outcomes.get("write_file"))) {
            assertThat(note).isEqualTo(person.message());
        }
    }
}
