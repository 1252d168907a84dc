package dev.holdpoint.llm;

import dev.holdpoint.testing.ScriptedLlm;

/** A stand-in that broke the contract would let others pass for nothing. */
class ScriptedLlmContractTest extends LlmContract {

    private final ScriptedLlm llm = new ScriptedLlm();

    @Override
    Llm llm() {
        return llm;
    }

    @Override
    CompletionRequest textRequest(int times) {
        for (int i = 0; i < times; i++) {
            llm.enqueue(ScriptedLlm.Turn.text("some text"));
        }
        return Asking.hello();
    }

    @Override
    CompletionRequest callsRequest() {
        llm.enqueue(ScriptedLlm.Turn.calls(ScriptedLlm.call("ls", "{}"), ScriptedLlm.call("ls", "{}")));
        return Asking.hello();
    }
}
