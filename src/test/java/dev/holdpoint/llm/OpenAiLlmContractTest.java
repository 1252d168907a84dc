package dev.holdpoint.llm;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ScriptedLlm;
import org.junit.jupiter.api.AfterEach;

class OpenAiLlmContractTest extends LlmContract {

    private final ScriptedEndpoint endpoint = ScriptedEndpoint.start();
    private final OpenAiLlm llm = Asking.llm(endpoint);

    @AfterEach
    void close() {
        llm.close();
        endpoint.close();
    }

    @Override
    Llm llm() {
        return llm;
    }

    @Override
    CompletionRequest textRequest(int times) {
        for (int i = 0; i < times; i++) {
            endpoint.enqueue(Answer.text("some text"));
        }
        return Asking.hello();
    }

    @Override
    CompletionRequest callsRequest() {
        endpoint.enqueue(
                Answer.calls(ScriptedLlm.call("ls", "{}"), ScriptedLlm.call("execute", "{\"command\":\"ls\"}")));
        return Asking.hello();
    }
}
