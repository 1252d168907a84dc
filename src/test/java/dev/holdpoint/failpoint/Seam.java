package dev.holdpoint.failpoint;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A step of the agent loop: a method of a port, in every class that implements it. */
enum Seam {
    /** Each batch is a failpoint of its own, named by the kinds of its events. */
    APPEND("dev.holdpoint.journal.Journal", "append") {
        @Override
        String detail(Object[] arguments) {
            return events(arguments)
                    .map(event -> event.getClass().getSimpleName())
                    .collect(Collectors.joining("+"));
        }
    },
    MODEL("dev.holdpoint.llm.Llm", "complete") {
        @Override
        String detail(Object[] arguments) {
            return "";
        }
    },
    TOOL("dev.holdpoint.tool.Tool", "call") {
        @Override
        String detail(Object[] arguments) throws ReflectiveOperationException {
            Method tool = arguments[0].getClass().getMethod("tool");
            return String.valueOf(tool.invoke(arguments[0]));
        }
    },
    /** The command that printed this is still running. */
    OUTPUT("dev.holdpoint.sandbox.ExecOutput", "accept") {
        @Override
        String detail(Object[] arguments) {
            return "";
        }
    };

    private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

    final String port;
    final String method;

    Seam(String port, String method) {
        this.port = port;
        this.method = method;
    }

    abstract String detail(Object[] arguments) throws ReflectiveOperationException;

    /** For instance {@code append:ToolCallStarted}. */
    String name(Object[] arguments) {
        try {
            String name = name().toLowerCase(java.util.Locale.ROOT);
            String detail = detail(arguments);
            return detail.isEmpty() ? name : name + ":" + detail;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this port has changed: " + port, e);
        }
    }

    /** Whether the step was begun already: an overload or a decorator that hands over to another is no step of its own. */
    boolean isNested() {
        return STACK.walk(
                frames -> frames.filter(this::isStep).skip(1).findFirst().isPresent());
    }

    private boolean isStep(StackFrame frame) {
        return frame.getMethodName().equals(method)
                && Arrays.stream(frame.getDeclaringClass().getInterfaces())
                        .anyMatch(i -> i.getName().equals(port));
    }

    private static Stream<?> events(Object[] arguments) {
        return Arrays.stream(arguments)
                .filter(List.class::isInstance)
                .flatMap(list -> ((List<?>) list).stream())
                .filter(e -> e.getClass().getName().startsWith("dev.holdpoint.event.Event$"));
    }
}
