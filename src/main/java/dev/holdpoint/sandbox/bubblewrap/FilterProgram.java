package dev.holdpoint.sandbox.bubblewrap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes a program for the kernel's filter of system calls: classic BPF, which only jumps forward. */
final class FilterProgram {

    /** How a value is compared with what was loaded last. */
    enum Comparison {
        EQUAL(0x15),
        GREATER(0x25),
        AT_LEAST(0x35),
        ANY_BIT(0x45);

        private final int code;

        Comparison(int code) {
            this.code = code;
        }
    }

    private static final int LOAD = 0x20;
    private static final int RETURN = 0x06;
    private static final int BYTES = 8;

    private record Step(int code, int ifTrue, int ifFalse, int value) {}

    private final List<Step> steps = new ArrayList<>();

    /** @param offset of four bytes in the kernel's {@code struct seccomp_data} */
    FilterProgram load(int offset) {
        steps.add(new Step(LOAD, 0, 0, offset));
        return this;
    }

    /** The end, with this answer. */
    FilterProgram give(int answer) {
        steps.add(new Step(RETURN, 0, 0, answer));
        return this;
    }

    FilterProgram when(Comparison test, int value, int answer) {
        return when(test, value, new FilterProgram().give(answer));
    }

    /** @param then comes to an end by itself */
    FilterProgram when(Comparison test, int value, FilterProgram then) {
        steps.add(new Step(test.code, 0, then.steps.size(), value));
        steps.addAll(then.steps);
        return this;
    }

    byte[] bytes() {
        ByteBuffer all = ByteBuffer.allocate(steps.size() * BYTES).order(ByteOrder.nativeOrder());
        for (Step step : steps) {
            all.putShort((short) step.code).put((byte) step.ifTrue).put((byte) step.ifFalse);
            all.putInt(step.value);
        }
        return all.array();
    }
}
