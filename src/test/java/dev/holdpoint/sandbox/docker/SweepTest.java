package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxFixture;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a process left behind in any state goes, and nothing else does. */
@ExtendWith(SpareEngine.Extension.class)
@Timeout(120)
class SweepTest extends SandboxFixture {

    private final SpareEngine engine;
    private final List<String> strangers = new ArrayList<>();

    SweepTest(SpareEngine engine) {
        this.engine = engine;
    }

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return engine.settings(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new DockerSandboxes(settings, workspaces);
    }

    @BeforeEach
    void there_are_strangers() {
        strangers.addAll(inEachState("--label", ContainerSpec.INSTALLATION + "=another-one"));
        strangers.addAll(inEachState("--label", "com.example=1"));
    }

    @AfterEach
    void remove_strangers() {
        strangers.forEach(id -> engine.engine().docker("rm", "-f", id));
    }

    private List<String> inEachState(String... labels) {
        String created = make("create", labels, "true");
        String running = make("create", labels, "sleep", "600");
        String paused = make("create", labels, "sleep", "600");
        String exited = make("create", labels, "true");
        engine.engine().docker("start", running, paused, exited);
        engine.engine().docker("pause", paused);
        engine.engine().docker("wait", exited);
        return List.of(created, running, paused, exited);
    }

    private String make(String how, String[] labels, String... command) {
        List<String> line = new ArrayList<>(List.of(how, "--network", "none"));
        line.addAll(List.of(labels));
        line.add(settings.image());
        line.addAll(List.of(command));
        return engine.engine().docker(line.toArray(String[]::new));
    }

    private List<String> containers() {
        return engine.engine().docker("ps", "-aq", "--no-trunc").lines().toList();
    }

    private String[] ownedBy(String owner) {
        return new String[] {
            "--label",
            ContainerSpec.INSTALLATION + "=" + settings.installation(),
            "--label",
            ContainerSpec.OWNER + "=" + owner
        };
    }

    @Test
    void what_the_dead_left_goes_in_any_state_and_nothing_else() throws Exception {
        List<String> left = inEachState(ownedBy("dead"));
        List<String> living = inEachState(ownedBy("alive"));
        run("true");
        int before = containers().size();

        sandboxes.sweep(() -> Set.of("alive"));

        assertThat(containers())
                .doesNotContainAnyElementsOf(left)
                .containsAll(living)
                .containsAll(strangers);
        assertThat(containers()).hasSize(before - left.size());
        sandboxes.sweep(Set::of);
        assertThat(containers()).doesNotContainAnyElementsOf(living).containsAll(strangers);
        assertThat(run("echo on").out()).isEqualTo("on\n");
    }

    @Test
    void a_dead_container_goes_as_soon_as_the_engine_can_remove_it() throws Exception {
        String dead = inEachState(ownedBy("dead")).getFirst();
        String layer = engine.engine().docker("inspect", "-f", "{{.GraphDriver.Data.UpperDir}}", dead);
        SpareEngine.run("sh", "-c", "touch " + layer + "/held && chattr +i " + layer + "/held");

        sandboxes.sweep(Set::of);
        String state = engine.engine().docker("inspect", "-f", "{{.State.Status}}", dead);
        SpareEngine.run("chattr", "-i", layer + "/held");
        sandboxes.sweep(Set::of);

        assertThat(state).isEqualTo("dead");
        assertThat(containers()).containsExactlyInAnyOrderElementsOf(strangers);
    }

    @Test
    void closing_leaves_the_strangers_and_nothing_else() throws Exception {
        ThreadId other = ThreadId.create();
        run("true");
        run(other, "true", LONG);

        sandboxes.close();

        assertThat(containers()).containsExactlyInAnyOrderElementsOf(strangers);
        sandboxes = make(settings, workspaces);
        sandboxes.remove(other);
    }
}
