package dev.holdpoint.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ToolCall;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApprovalPolicyTest {

    private static final ToolCall CALL = new ToolCall("call_1", "execute", "{\"command\":\"ls\"}");
    private final ApprovalPolicy policy = new ApprovalPolicy(Set.of("execute"), Set.of("ls"));

    private static Interrupt interrupt(ToolCall call) {
        return new Interrupt("int_1", call, Digest.of(CALL), "why", "ls", null, List.of(Decision.Type.values()), null);
    }

    @Test
    void gated_tools_ask_and_others_may_run() {
        assertThat(policy.verdict("execute", Mode.BUILD)).isInstanceOf(Verdict.Ask.class);
        assertThat(policy.verdict("ls", Mode.BUILD)).isInstanceOf(Verdict.Allow.class);
    }

    @Test
    void in_plan_mode_only_reading_is_allowed() {
        assertThat(policy.verdict("ls", Mode.PLAN)).isInstanceOf(Verdict.Allow.class);
        assertThat(policy.verdict("execute", Mode.PLAN)).isInstanceOf(Verdict.Forbid.class);
        assertThat(policy.verdict("write_file", Mode.PLAN)).isInstanceOf(Verdict.Forbid.class);
    }

    @Test
    void a_gated_call_is_not_allowed_without_a_decision() {
        assertThatThrownBy(() -> policy.allow(CALL, Mode.BUILD)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_approved_call_carries_exactly_what_was_shown() {
        ApprovedCall approved = policy.approve(interrupt(CALL), Decision.approve(), Digest.of(CALL));

        assertThat(approved.arguments().path("command").asText()).isEqualTo("ls");
        assertThat(approved.digest()).isEqualTo(Digest.of(CALL));
        approved.arguments().put("command", "rm -rf /");
        assertThat(approved.arguments().path("command").asText()).isEqualTo("ls");
    }

    @Test
    void a_call_that_is_not_the_one_that_was_shown_is_refused() {
        ToolCall other = CALL.withArguments("{\"command\":\"rm -rf /\"}");

        assertThatThrownBy(() -> policy.approve(interrupt(other), Decision.approve(), Digest.of(CALL)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_edit_runs_the_persons_arguments_with_the_same_tool() {
        var edit = new Decision(Decision.Type.EDIT, "{\"command\":\"pwd\"}", null);
        ApprovedCall approved = policy.approve(interrupt(CALL), edit, Digest.of(CALL));

        assertThat(approved.tool()).isEqualTo("execute");
        assertThat(approved.arguments().path("command").asText()).isEqualTo("pwd");
    }

    @Test
    void nothing_runs_after_a_rejection_or_a_response() {
        var respond = new Decision(Decision.Type.RESPOND, null, "42");

        assertThatThrownBy(() -> policy.approve(interrupt(CALL), Decision.reject(null), Digest.of(CALL)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> policy.approve(interrupt(CALL), respond, Digest.of(CALL)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_digest_tells_tool_and_arguments_apart() {
        assertThat(Digest.of(new ToolCall("1", "ab", "c"))).isNotEqualTo(Digest.of(new ToolCall("1", "a", "bc")));
        assertThat(Digest.of(CALL)).isEqualTo(Digest.of(new ToolCall("other id", "execute", CALL.arguments())));
        assertThat(Digest.of(CALL)).matches("sha256:[0-9a-f]{64}");
    }
}
