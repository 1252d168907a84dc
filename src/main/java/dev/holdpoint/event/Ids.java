package dev.holdpoint.event;

import java.util.UUID;

/** Makes the ids that appear inside a thread: opaque, unique, with a prefix that tells a reader what it names. */
public final class Ids {

    private Ids() {}

    public static String run() {
        return create("run");
    }

    public static String message() {
        return create("msg");
    }

    public static String toolCall() {
        return create("call");
    }

    public static String interrupt() {
        return create("int");
    }

    public static String process() {
        return create("proc");
    }

    private static String create(String prefix) {
        return prefix + "_" + UUID.randomUUID().toString().replace("-", "");
    }
}
