package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.SandboxQuotaContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DockerQuotaTest extends SandboxQuotaContract {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return small(DockerSetting.of(root, shared));
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new DockerSandboxes(settings, workspaces);
    }

    @Test
    void what_a_command_left_behind_is_ended_when_it_fills_the_workspace() throws Exception {
        String writer = "while :; do head -c 100000 /dev/zero >> big; sleep 0.01; done";
        run("setsid nohup sh -c '" + writer + "' >/dev/null 2>&1 & sleep 0.1");

        Ran ran = run("sleep 40; echo in vain");

        assertThat(ran.result().outcome()).isEqualTo(Outcome.ERROR);
        String size = run("stat -c %s big").out();
        assertThat(run("sleep 1; stat -c %s big").out()).isEqualTo(size);
        assertThat(run("rm big; ls").out()).isEmpty();
    }
}
