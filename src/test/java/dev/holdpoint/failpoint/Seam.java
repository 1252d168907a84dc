package dev.holdpoint.failpoint;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
    MODEL("dev.holdpoint.llm.Llm", "complete"),
    TOOL("dev.holdpoint.tool.Tool", "call") {
        @Override
        String detail(Object[] arguments) throws ReflectiveOperationException {
            Method tool = arguments[0].getClass().getMethod("tool");
            return String.valueOf(tool.invoke(arguments[0]));
        }
    },
    /** The command that printed this is still running. */
    OUTPUT("dev.holdpoint.sandbox.ExecOutput", "accept");

    private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

    final String port;
    final String method;

    Seam(String port, String method) {
        this.port = port;
        this.method = method;
    }

    /** What tells this step from others of its kind; empty if nothing does. */
    String detail(Object[] arguments) throws ReflectiveOperationException {
        return "";
    }

    /** For instance {@code append:ToolCallStarted}. */
    String name(Object[] arguments) {
        try {
            String name = name().toLowerCase(Locale.ROOT);
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

    /** Events may come as a list, or as a part of what tells how to append them. */
    private static Stream<?> events(Object[] arguments) {
        return Arrays.stream(arguments)
                .flatMap(argument -> argument instanceof Record whole ? parts(whole) : Stream.of(argument))
                .filter(List.class::isInstance)
                .flatMap(list -> ((List<?>) list).stream())
                .filter(e -> e.getClass().getName().startsWith("dev.holdpoint.event.Event$"));
    }

    private static Stream<?> parts(Record whole) {
        return Arrays.stream(whole.getClass().getRecordComponents()).map(part -> {
            try {
                return part.getAccessor().invoke(whole);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a part that can't be read: " + part, e);
            }
        });
    }
}
