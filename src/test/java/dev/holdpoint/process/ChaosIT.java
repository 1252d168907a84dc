package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Two processes on one database, and people at work, while everything breaks in an order that a seed gives. Afterwards
 * all promises are looked at. {@code -Dchaos.seed} plays an order again, {@code -Dchaos.seconds} says for how long.
 */
class ChaosIT {

    private static final long SEED = Long.getLong("chaos.seed", new Random().nextInt(1_000_000));
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("chaos.seconds", 45));
    private static final int THREADS = 5;
    private static final Duration REST = Duration.ofSeconds(60);

    private final Path folder = Path.of("target", "chaos-" + SEED).toAbsolutePath();

    @Test
    void no_promise_breaks_whatever_happens() throws Exception {
        clear();
        var findings = new Findings(Files.createDirectories(folder));
        findings.tell("seed " + SEED + " for " + LENGTH.toSeconds() + " s; logs in " + folder);
        try (World world = new World(folder, findings)) {
            List<Talk> talks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                talks.add(new Talk(i, world.members(), findings));
            }

            play(world, talks, findings);

            findings.tell("healing");
            world.heal();
            rest(talks, findings);
            new Audit(world, findings).check(talks);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + SEED + " broke off; see " + folder + "; found by then: " + findings.all(), e);
        }
        assertThat(findings.all())
                .as(
                        "seed %d: the steps are in steps.log, journals and logs of both processes beside it in %s",
                        SEED, folder)
                .isEmpty();
    }

    /** What an earlier run of this seed left. */
    private void clear() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void play(World world, List<Talk> talks, Findings findings) throws InterruptedException {
        Random random = new Random(SEED);
        Instant end = Instant.now().plus(LENGTH);
        for (int number = 1; Instant.now().isBefore(end); number++) {
            Step step = Step.draw(number, random, talks.size(), world.members().size());
            boolean begun =
                    step.happening().isPersons() ? talks.get(step.thread()).begin(step) : world.begin(step);
            findings.tell(step + (begun ? "" : " (not now: busy)"));
            Thread.sleep(step.pause());
        }
    }

    /** Everything comes to an end when people say yes. */
    private static void rest(List<Talk> talks, Findings findings) {
        talks.forEach(t -> t.awaitRest(REST));
        Instant end = Instant.now().plus(REST);
        for (Talk talk : talks) {
            try {
                await("rest")
                        .atMost(Duration.between(Instant.now(), end).plusSeconds(1))
                        .until(talk::isAtRest);
            } catch (ConditionTimeoutException e) {
                findings.add(talk.thread(), "no rest within", REST);
            }
        }
    }
}
