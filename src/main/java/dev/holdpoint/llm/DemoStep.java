package dev.holdpoint.llm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What the demo model says next. */
record DemoStep(String reasoning, String text, List<Call> calls) {

    /** A call that has no id yet. */
    record Call(String tool, ObjectNode arguments) {

        /** @param fields names and values in turn */
        static Call of(String tool, String... fields) {
            ObjectNode arguments = JsonNodeFactory.instance.objectNode();
            for (int i = 0; i < fields.length; i += 2) {
                arguments.put(fields[i], fields[i + 1]);
            }
            return new Call(tool, arguments);
        }
    }

    DemoStep {
        calls = List.copyOf(calls);
    }

    static DemoStep end(String text) {
        return new DemoStep("", text, List.of());
    }
}
