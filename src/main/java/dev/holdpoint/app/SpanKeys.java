package dev.holdpoint.app;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * The names on our spans: OpenTelemetry's semantic conventions for generative AI, what Langfuse reads besides, and a few
 * of our own for what neither has a name for.
 */
final class SpanKeys {

    static final AttributeKey<String> OPERATION = text("gen_ai.operation.name");
    static final AttributeKey<String> PROVIDER = text("gen_ai.provider.name");
    static final AttributeKey<String> AGENT = text("gen_ai.agent.name");
    static final AttributeKey<String> CONVERSATION = text("gen_ai.conversation.id");
    static final AttributeKey<String> REQUEST_MODEL = text("gen_ai.request.model");
    static final AttributeKey<String> RESPONSE_MODEL = text("gen_ai.response.model");
    static final AttributeKey<List<String>> FINISH_REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
    static final AttributeKey<Double> FIRST_TOKEN = AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk");
    static final AttributeKey<Long> INPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.input_tokens");
    static final AttributeKey<Long> OUTPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.output_tokens");
    static final AttributeKey<String> TOOL_NAME = text("gen_ai.tool.name");
    static final AttributeKey<String> TOOL_TYPE = text("gen_ai.tool.type");
    static final AttributeKey<String> TOOL_CALL_ID = text("gen_ai.tool.call.id");
    static final AttributeKey<String> ERROR_TYPE = text("error.type");
    static final AttributeKey<Long> EXIT_CODE = AttributeKey.longKey("process.exit.code");

    static final AttributeKey<String> INPUT_MESSAGES = text("gen_ai.input.messages");
    static final AttributeKey<String> OUTPUT_MESSAGES = text("gen_ai.output.messages");
    static final AttributeKey<String> TOOL_ARGUMENTS = text("gen_ai.tool.call.arguments");
    static final AttributeKey<String> TOOL_RESULT = text("gen_ai.tool.call.result");

    static final AttributeKey<String> SESSION = text("session.id");
    static final AttributeKey<String> LANGFUSE_SESSION = text("langfuse.session.id");
    static final AttributeKey<String> USER = text("user.id");
    static final AttributeKey<String> LANGFUSE_USER = text("langfuse.user.id");
    static final AttributeKey<String> TRACE_NAME = text("langfuse.trace.name");
    static final AttributeKey<String> OBSERVATION_TYPE = text("langfuse.observation.type");
    static final AttributeKey<String> COMPLETION_START = text("langfuse.observation.completion_start_time");

    static final AttributeKey<String> RUN = text("holdpoint.run_id");
    static final AttributeKey<String> MODE = text("holdpoint.mode");
    static final AttributeKey<String> OUTCOME = text("holdpoint.outcome");
    static final AttributeKey<Boolean> CONTINUED = AttributeKey.booleanKey("holdpoint.turn.continued");
    static final AttributeKey<Boolean> TRUNCATED = AttributeKey.booleanKey("holdpoint.tool.truncated");
    static final AttributeKey<String> INTERRUPT = text("holdpoint.interrupt_id");
    static final AttributeKey<String> DECISION = text("holdpoint.approval.decision");
    static final AttributeKey<String> DECIDED_BY = text("holdpoint.approval.by");

    private SpanKeys() {}

    private static AttributeKey<String> text(String name) {
        return AttributeKey.stringKey(name);
    }
}
