package dev.holdpoint.tool;

import dev.holdpoint.event.ToolCall;

/** What came of checking a call that the model asked for. */
public sealed interface Checked {

    /**
     * The call may go to the approval policy.
     *
     * @param call with the text of arguments that was validated, that is to be shown, and that will run; the model's own
     *     text, but for empty arguments, which are {@code {}}
     */
    record Valid(ToolCall call, Tool tool) implements Checked {}

    /**
     * The call never runs, and nobody is asked about it.
     *
     * @param toolError what the model reads: {@code problem}, and that nothing was called
     * @param problem what is wrong and how to mend it
     */
    record Invalid(String toolError, String problem) implements Checked {}
}
