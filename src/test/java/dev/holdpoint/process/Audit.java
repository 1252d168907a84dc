package dev.holdpoint.process;

import static org.awaitility.Awaitility.await;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Database;
import dev.holdpoint.journal.Dialect;
import dev.holdpoint.journal.JdbcJournal;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.Replicas;
import dev.holdpoint.testing.SseClient.Frame;
import dev.holdpoint.testing.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;

/** Looks, once all is at rest, whether every promise was kept. */
final class Audit {

    private static final String NAME = "audit";
    private static final Duration SWEPT = Duration.ofMinutes(2);
    private static final int ALL = Integer.MAX_VALUE;

    private final World world;
    private final Findings findings;
    private final Journal journal;
    private final Replicas replicas;

    Audit(World world, Findings findings) {
        this.world = world;
        this.findings = findings;
        Database database = new Database(Stores.postgres(world.database()), Dialect.POSTGRESQL, 1);
        this.journal = new JdbcJournal(database, Clock.systemUTC(), NAME);
        this.replicas = new Replicas(database, NAME, NAME, SWEPT);
    }

    void check(List<Talk> talks) throws IOException {
        for (Talk talk : talks) {
            check(talk);
        }
        checkContainers();
        for (Member member : world.members()) {
            int ready = member.service().statusOf("/q/health/ready");
            findings.require(ready == 200, member.toString(), "not ready", ready);
        }
    }

    private void check(Talk talk) throws IOException {
        List<Recorded> events = journal.read(new ThreadId(talk.thread()), 0, ALL);
        Path workspace = world.workspaces().resolve(talk.thread());
        keep(talk, events);
        new JournalAudit(talk, events, findings).check();
        new EffectAudit(talk.thread(), events, workspace, findings).check();
        for (Member member : world.members()) {
            List<Frame> frames = member.service().journal(talk.thread());
            new StreamAudit(talk, frames, findings).check();
        }
    }

    /** For whoever looks for the cause. */
    private void keep(Talk talk, List<Recorded> events) throws IOException {
        Path file = world.workspaces().resolveSibling(talk.thread() + ".journal");
        Files.write(
                file,
                events.stream()
                        .map(e -> e.seq() + " " + e.at() + " " + e.event())
                        .toList());
    }

    /** What dead processes left behind is swept away. */
    private void checkContainers() {
        try {
            await("the sweep")
                    .atMost(SWEPT)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> leftBehind().isEmpty());
        } catch (ConditionTimeoutException e) {
            findings.add("sandboxes", "containers of dead processes after " + SWEPT, leftBehind());
        }
    }

    private List<String> leftBehind() {
        Set<String> alive = replicas.alive();
        return world.engine().containers().stream()
                .filter(c -> !alive.contains(c.substring(0, c.indexOf(' '))))
                .toList();
    }
}
