package dev.holdpoint.llm;

import java.time.Duration;

class DemoLlmContractTest extends LlmContract {

    private final DemoLlm llm = new DemoLlm(Duration.ZERO);

    @Override
    Llm llm() {
        return llm;
    }

    @Override
    CompletionRequest textRequest(int times) {
        return Asking.request(new ChatMessage.User("say: some text"));
    }

    @Override
    CompletionRequest callsRequest() {
        return Asking.request(new ChatMessage.User("run: ls\nrun: id"));
    }
}
