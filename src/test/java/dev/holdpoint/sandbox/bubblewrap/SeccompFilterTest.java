package dev.holdpoint.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the programs for both kinds of processor as the kernel would; the probe of a sandbox asks the kernel itself. */
class SeccompFilterTest {

    private static final int ALLOW = 0x7FFF_0000;
    private static final int NOT_PERMITTED = 0x0005_0001;
    private static final int NOT_THERE = 0x0005_0026;
    private static final int NEW_USER = 0x1000_0000;
    private static final int I386 = 0x4000_0003;

    @ParameterizedTest
    @EnumSource
    void what_is_refused_fails_and_what_commands_need_does_not(SeccompFilter filter) {
        assertThat(filter.refused()).hasSizeGreaterThan(45).doesNotHaveDuplicates();
        assertThat(filter.refused())
                .allSatisfy(number -> assertThat(run(filter, number, 0, 0)).isEqualTo(NOT_PERMITTED));
        int execve = filter == SeccompFilter.X86_64 ? 59 : 221;
        int ptrace = filter == SeccompFilter.X86_64 ? 101 : 117;
        assertThat(run(filter, execve, 0, 0)).isEqualTo(ALLOW);
        assertThat(run(filter, ptrace, 0, 0)).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @EnumSource
    void arguments_decide_where_a_call_is_for_good_and_bad(SeccompFilter filter) {
        boolean x86 = filter == SeccompFilter.X86_64;
        int clone = x86 ? 56 : 220;
        int ioctl = x86 ? 16 : 29;
        int socket = x86 ? 41 : 198;

        assertThat(run(filter, clone, 17, 0)).isEqualTo(ALLOW);
        assertThat(run(filter, clone, NEW_USER | 17, 0)).isEqualTo(NOT_PERMITTED);
        assertThat(run(filter, ioctl, 0, 0x5401)).isEqualTo(ALLOW);
        assertThat(run(filter, ioctl, 0, 0x5412)).isEqualTo(NOT_PERMITTED);
        assertThat(run(filter, socket, 2, 0)).isEqualTo(ALLOW);
        assertThat(run(filter, socket, 40, 0)).isEqualTo(NOT_PERMITTED);
    }

    @ParameterizedTest
    @EnumSource
    void calls_that_nobody_looked_at_are_not_there(SeccompFilter filter) {
        assertThat(run(filter, 435, 0, 0)).isEqualTo(NOT_THERE);
        assertThat(run(filter, 470, 0, 0)).isEqualTo(NOT_THERE);
        assertThat(run(filter, 0x4000_0000, 0, 0)).isEqualTo(NOT_PERMITTED);
        assertThat(run(filter, -1, 0, 0)).isEqualTo(NOT_PERMITTED);
    }

    @Test
    void calls_of_another_kind_of_processor_are_refused() {
        assertThat(run(SeccompFilter.X86_64.program(), I386, 1, 0, 0)).isEqualTo(NOT_PERMITTED);
        assertThat(run(SeccompFilter.AARCH64.program(), 0xC000_003E, 1, 0, 0)).isEqualTo(NOT_PERMITTED);
    }

    private static int run(SeccompFilter filter, int number, int first, int second) {
        int machine = filter == SeccompFilter.X86_64 ? 0xC000_003E : 0xC000_00B7;
        return run(filter.program(), machine, number, first, second);
    }

    private static int run(byte[] program, int machine, int number, int first, int second) {
        ByteBuffer steps = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
        int loaded = 0;
        for (int at = 0; ; at++) {
            int value = steps.getInt(at * 8 + 4);
            int ifTrue = steps.get(at * 8 + 2) & 0xFF;
            int ifFalse = steps.get(at * 8 + 3) & 0xFF;
            switch (steps.getShort(at * 8)) {
                case 0x20 ->
                    loaded = switch (value) {
                        case 0 -> number;
                        case 4 -> machine;
                        case 16 -> first;
                        case 24 -> second;
                        default -> throw new AssertionError("loads from " + value);
                    };
                case 0x06 -> {
                    return value;
                }
                case 0x15 -> at += loaded == value ? ifTrue : ifFalse;
                case 0x25 -> at += Integer.compareUnsigned(loaded, value) > 0 ? ifTrue : ifFalse;
                case 0x35 -> at += Integer.compareUnsigned(loaded, value) >= 0 ? ifTrue : ifFalse;
                case 0x45 -> at += (loaded & value) != 0 ? ifTrue : ifFalse;
                default -> throw new AssertionError("no such step");
            }
        }
    }
}
