package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentedInsideTest {

    private static final SandboxUser USER = new SandboxUser(7, 8, true);
    private static final String PAGE = """
            ## Before
            | asked | answer |
            |---|---|
            | user | `0` |
            ## Inside
            | asked | answer |
            |---|---|
            | user | `{uid}, {gid}` |
            | ring | `refused` or `allowed` |
            | network | `lo` |
            ## After
            | network | `eth0` |
            """;

    @Test
    void what_is_as_documented_makes_no_difference() {
        var found = Map.of("user", "7, 8", "ring", "allowed", "network", "lo");

        assertThat(DocumentedInside.parse("## Inside", PAGE).differences(found, USER))
                .isEmpty();
    }

    @Test
    void a_value_that_differs_is_missing_or_is_new_is_named() {
        var found = Map.of("user", "0, 8", "ring", "broken", "device", "/dev/mem");

        assertThat(DocumentedInside.parse("## Inside", PAGE).differences(found, USER))
                .containsExactly(
                        "device: is [/dev/mem], documented as [nothing]",
                        "network: is [nothing], documented as [lo]",
                        "ring: is [broken], documented as [refused, allowed]",
                        "user: is [0, 8], documented as [7, 8]");
    }
}
