package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.sandbox.FileProblem;

/** The validated arguments of a built-in tool. */
record Arguments(ObjectNode node) {

    String text(String name) {
        return node.required(name).textValue();
    }

    String text(String name, String otherwise) {
        JsonNode value = node.get(name);
        return value == null ? otherwise : value.textValue();
    }

    int integer(String name, int otherwise) {
        JsonNode value = node.get(name);
        return value == null ? otherwise : value.intValue();
    }

    boolean flag(String name) {
        return node.path(name).asBoolean(false);
    }

    /** An absolute path, without needless slashes. */
    String path(String name) throws FileProblem {
        return SandboxPath.of(text(name));
    }

    String path(String name, String otherwise) throws FileProblem {
        return SandboxPath.of(text(name, otherwise));
    }
}
