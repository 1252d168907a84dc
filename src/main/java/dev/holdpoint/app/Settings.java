package dev.holdpoint.app;

import dev.holdpoint.agent.AgentSettings;
import dev.holdpoint.agent.StreamSettings;
import dev.holdpoint.api.ApiAccess;
import dev.holdpoint.api.ApiLimits;
import dev.holdpoint.llm.OpenAiSettings;
import dev.holdpoint.sandbox.ProcessSettings;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.tool.ToolSettings;
import dev.holdpoint.tool.Toolbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All settings, read and checked once at the start. {@code .env.example} explains each.
 *
 * @param openAi null for the built-in demo model
 * @param access who may call
 * @param interruptOn the tools that wait for a person
 * @param lease how long other processes on the same database wait for a sign of life
 * @param langfuse null unless its three settings are there
 */
record Settings(
        Path dataDir,
        DatabaseSettings database,
        @Nullable OpenAiSettings openAi,
        AgentSettings agent,
        ToolSettings tools,
        SandboxSettings sandbox,
        ProcessSettings processes,
        ApiLimits api,
        ApiAccess.Rule access,
        Set<String> interruptOn,
        Duration lease,
        StreamSettings streams,
        @Nullable Langfuse langfuse) {

    /** Every name that may be set; another one that begins with HOLDPOINT_ is a mistake. */
    static final Set<String> NAMES = Set.of(
            "HOLDPOINT_API_KEY",
            "HOLDPOINT_BACKGROUND_MAX",
            "HOLDPOINT_BACKGROUND_OUTPUT",
            "HOLDPOINT_CHANGES_BYTES",
            "HOLDPOINT_CHANGES_DIFF_CHARS",
            "HOLDPOINT_CHANGES_ENTRIES",
            "HOLDPOINT_CHANGES_FILE_BYTES",
            "HOLDPOINT_CHANGES_SHOWN",
            "HOLDPOINT_CORS_ORIGINS",
            "HOLDPOINT_DATABASE_PASSWORD",
            "HOLDPOINT_DATABASE_POOL",
            "HOLDPOINT_DATABASE_TIMEOUT",
            "HOLDPOINT_DATABASE_URL",
            "HOLDPOINT_DATABASE_USER",
            "HOLDPOINT_DATA_DIR",
            "HOLDPOINT_EXEC_TIMEOUT",
            "HOLDPOINT_EXEC_TIMEOUT_MAX",
            "HOLDPOINT_HEARTBEAT",
            "HOLDPOINT_HOST",
            "HOLDPOINT_IDEMPOTENCY_TTL",
            "HOLDPOINT_INSECURE",
            "HOLDPOINT_INTERRUPT_ON",
            "HOLDPOINT_INTERRUPT_TTL",
            "HOLDPOINT_LEASE",
            "HOLDPOINT_LOG_JSON",
            "HOLDPOINT_LOG_LEVEL",
            "HOLDPOINT_MAX_ACTIVE_TURNS",
            "HOLDPOINT_MAX_ARCHIVE_BYTES",
            "HOLDPOINT_MAX_ARGUMENT_BYTES",
            "HOLDPOINT_MAX_FORK_BYTES",
            "HOLDPOINT_MAX_IMPORT_BYTES",
            "HOLDPOINT_MAX_MESSAGE_CHARS",
            "HOLDPOINT_MAX_REPEATED_CALLS",
            "HOLDPOINT_MAX_REQUEST_BYTES",
            "HOLDPOINT_MAX_STEPS",
            "HOLDPOINT_MAX_UPLOAD_BYTES",
            "HOLDPOINT_MAX_UPLOAD_FILES",
            "HOLDPOINT_MODEL_API_KEY",
            "HOLDPOINT_MODEL_BASE_URL",
            "HOLDPOINT_MODEL_CONNECT_TIMEOUT",
            "HOLDPOINT_MODEL_IDLE_TIMEOUT",
            "HOLDPOINT_MODEL_MAX_RETRIES",
            "HOLDPOINT_MODEL_NAME",
            "HOLDPOINT_MODEL_THINKING",
            "HOLDPOINT_OUTPUT_CAP_BYTES",
            "HOLDPOINT_PORT",
            "HOLDPOINT_RESULT_CAP_CHARS",
            "HOLDPOINT_RETENTION",
            "HOLDPOINT_SANDBOX",
            "HOLDPOINT_SANDBOX_ALLOW",
            "HOLDPOINT_SANDBOX_CPUS",
            "HOLDPOINT_SANDBOX_DISK",
            "HOLDPOINT_SANDBOX_FILES",
            "HOLDPOINT_SANDBOX_FIREWALL",
            "HOLDPOINT_SANDBOX_IDLE",
            "HOLDPOINT_SANDBOX_MAX",
            "HOLDPOINT_SANDBOX_MAX_COMMANDS",
            "HOLDPOINT_SANDBOX_MEMORY",
            "HOLDPOINT_SANDBOX_MIN_FREE_MEMORY",
            "HOLDPOINT_SANDBOX_NETWORK",
            "HOLDPOINT_SANDBOX_OPEN_FILES",
            "HOLDPOINT_SANDBOX_PIDS",
            "HOLDPOINT_SANDBOX_POOL",
            "HOLDPOINT_SANDBOX_PORTS",
            "HOLDPOINT_SANDBOX_QUEUE",
            "HOLDPOINT_SANDBOX_QUEUE_TIMEOUT",
            "HOLDPOINT_SANDBOX_RUNTIME",
            "HOLDPOINT_SANDBOX_TMPFS",
            "HOLDPOINT_SANDBOX_UID",
            "HOLDPOINT_STATE_CACHE_CHARS",
            "HOLDPOINT_STREAM_BUFFER_BYTES",
            "HOLDPOINT_STREAM_STALL_TIMEOUT",
            "HOLDPOINT_SYSTEM_PROMPT_APPEND",
            "HOLDPOINT_TRACE_CONTENT",
            "HOLDPOINT_TURN_TIMEOUT");

    private static final Set<String> DEFAULT_INTERRUPT_ON = Set.of("execute", "write_file", "edit_file");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final Pattern ORIGINS =
            Pattern.compile("https?://[A-Za-z0-9.\\-\\[\\]:]+(\\s*,\\s*https?://[A-Za-z0-9.\\-\\[\\]:]+)*");

    /**
     * Where traces go.
     *
     * @param traceContent whether prompts and outputs go there too
     */
    record Langfuse(String publicKey, String secretKey, String baseUrl, boolean traceContent) {
        @Override
        public String toString() {
            return "Langfuse[" + baseUrl + "]";
        }
    }

    /** Settings that can't work; the message has one line for each problem. */
    static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Wrong(List<String> problems) {
            super(String.join("\n", problems));
        }
    }

    /**
     * Reads the settings.
     *
     * @throws Wrong if any can't work
     */
    static Settings read(Function<String, Optional<String>> values) {
        SettingsReader in = new SettingsReader(values);
        Path dataDir = Path.of(in.text("HOLDPOINT_DATA_DIR").orElse("./data"));
        ToolSettings tools = tools(in);
        Settings settings = new Settings(
                dataDir,
                DatabaseSettings.read(in, dataDir),
                model(in),
                agent(in),
                tools,
                sandbox(in, dataDir),
                SandboxReading.processes(in),
                new ApiLimits(
                        in.size("HOLDPOINT_MAX_UPLOAD_BYTES", 4 * GIB, 1, 1L << 40),
                        in.number("HOLDPOINT_MAX_UPLOAD_FILES", 1000, 1, 100_000),
                        in.size("HOLDPOINT_MAX_ARCHIVE_BYTES", 4 * GIB, 1, 1L << 40),
                        in.size("HOLDPOINT_MAX_IMPORT_BYTES", 256 * MIB, 1, 1L << 40),
                        (int) in.size("HOLDPOINT_MAX_REQUEST_BYTES", 4 * MIB, 1024, 1L << 30),
                        tools.execDefaultTimeout(),
                        tools.execMaxTimeout()),
                access(in),
                in.names("HOLDPOINT_INTERRUPT_ON", DEFAULT_INTERRUPT_ON, toolNames()),
                in.duration("HOLDPOINT_LEASE", Duration.ofSeconds(15), SECOND, Duration.ofMinutes(5)),
                streams(in),
                langfuse(in));
        service(in);
        if (!in.problems().isEmpty()) {
            throw new Wrong(in.problems());
        }
        return settings;
    }

    private static Set<String> toolNames() {
        return Toolbox.standard(ToolSettings.defaults(), true).names();
    }

    private static @Nullable OpenAiSettings model(SettingsReader in) {
        Optional<String> key = in.text("HOLDPOINT_MODEL_API_KEY").or(() -> in.text("ZHIPUAI_API_KEY"));
        boolean ownEndpoint = in.text("HOLDPOINT_MODEL_BASE_URL").isPresent();
        OpenAiSettings standard = OpenAiSettings.of(OpenAiSettings.DEFAULT_BASE_URL, OpenAiSettings.DEFAULT_MODEL, "");
        OpenAiSettings settings = in.checked(
                "HOLDPOINT_MODEL_API_KEY",
                standard,
                () -> new OpenAiSettings(
                        in.uri("HOLDPOINT_MODEL_BASE_URL", standard.baseUrl()),
                        in.text("HOLDPOINT_MODEL_NAME").orElse(standard.model()),
                        key.orElse(""),
                        in.optionalBool("HOLDPOINT_MODEL_THINKING"),
                        in.duration(
                                "HOLDPOINT_MODEL_CONNECT_TIMEOUT",
                                standard.connectTimeout(),
                                Duration.ofMillis(1),
                                DAY),
                        in.duration("HOLDPOINT_MODEL_IDLE_TIMEOUT", standard.idleTimeout(), Duration.ofMillis(1), DAY),
                        in.number("HOLDPOINT_MODEL_MAX_RETRIES", standard.maxRetries(), 0, 100),
                        standard.retryAfterCap(),
                        standard.maxAnswerBytes()));
        return key.isPresent() || ownEndpoint ? settings : null;
    }

    private static AgentSettings agent(SettingsReader in) {
        AgentSettings d = AgentSettings.DEFAULTS;
        Duration none = Duration.ZERO;
        Duration ttl = in.duration("HOLDPOINT_INTERRUPT_TTL", none, SECOND, Duration.ofDays(365));
        Duration retention = in.duration("HOLDPOINT_RETENTION", none, SECOND, Duration.ofDays(36_500));
        return new AgentSettings(
                in.number("HOLDPOINT_MAX_STEPS", d.maxSteps(), 1, 10_000),
                in.duration("HOLDPOINT_TURN_TIMEOUT", d.turnTimeout(), SECOND, Duration.ofDays(7)),
                in.number("HOLDPOINT_MAX_REPEATED_CALLS", d.maxRepeatedCalls(), 1, 1_000),
                ttl.isZero() ? null : ttl,
                in.text("HOLDPOINT_SYSTEM_PROMPT_APPEND").orElse(""),
                in.number("HOLDPOINT_MAX_MESSAGE_CHARS", d.maxMessageChars(), 1, 10_000_000),
                in.number("HOLDPOINT_MAX_ACTIVE_TURNS", d.maxActiveTurns(), 1, 100_000),
                in.duration("HOLDPOINT_IDEMPOTENCY_TTL", d.requestTtl(), SECOND, Duration.ofDays(365)),
                retention.isZero() ? null : retention,
                in.size("HOLDPOINT_STATE_CACHE_CHARS", d.keptChars(), 0, 1L << 40));
    }

    private static StreamSettings streams(SettingsReader in) {
        StreamSettings d = StreamSettings.DEFAULTS;
        return new StreamSettings(
                in.duration("HOLDPOINT_HEARTBEAT", d.heartbeat(), SECOND, Duration.ofSeconds(15)),
                (int) in.size("HOLDPOINT_STREAM_BUFFER_BYTES", d.bufferBytes(), 64 << 10, 64 * MIB),
                in.duration("HOLDPOINT_STREAM_STALL_TIMEOUT", d.stallTimeout(), SECOND, Duration.ofHours(1)));
    }

    private static ToolSettings tools(SettingsReader in) {
        ToolSettings d = ToolSettings.defaults();
        return in.checked(
                "HOLDPOINT_EXEC_TIMEOUT_MAX",
                d,
                () -> new ToolSettings(
                        (int) in.size("HOLDPOINT_MAX_ARGUMENT_BYTES", d.maxArgumentBytes(), 1024, 64 * MIB),
                        (int) in.size("HOLDPOINT_OUTPUT_CAP_BYTES", d.outputCapBytes(), 1024, 10 * MIB),
                        in.number("HOLDPOINT_RESULT_CAP_CHARS", d.resultCapChars(), 1024, 10_000_000),
                        in.duration("HOLDPOINT_EXEC_TIMEOUT", d.execDefaultTimeout(), SECOND, DAY),
                        in.duration("HOLDPOINT_EXEC_TIMEOUT_MAX", d.execMaxTimeout(), SECOND, DAY),
                        d.maxFileBytes(),
                        d.spoolCapBytes(),
                        d.scanCapBytes(),
                        d.scanTimeout(),
                        d.maxEntries(),
                        d.maxHits()));
    }

    private static SandboxSettings sandbox(SettingsReader in, Path dataDir) {
        return SandboxReading.read(in, dataDir);
    }

    /** Reachable from elsewhere means a key, or an explicit word that none is wanted. */
    private static ApiAccess.Rule access(SettingsReader in) {
        Optional<String> key = in.text("HOLDPOINT_API_KEY");
        boolean insecure = in.bool("HOLDPOINT_INSECURE", false);
        String host = in.text("HOLDPOINT_HOST").orElse("127.0.0.1");
        boolean local = host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
        if (!local && key.isEmpty() && !insecure) {
            in.problem(
                    "HOLDPOINT_API_KEY",
                    "must be set when HOLDPOINT_HOST is not a loopback address (or HOLDPOINT_INSECURE=true).");
        }
        if (key.isPresent() && key.get().length() < 8) {
            in.problem("HOLDPOINT_API_KEY", "must have at least 8 characters.");
        }
        return new ApiAccess.Rule(key.orElse(null), !insecure);
    }

    private static @Nullable Langfuse langfuse(SettingsReader in) {
        Optional<String> publicKey = in.text("LANGFUSE_PUBLIC_KEY");
        Optional<String> secretKey = in.text("LANGFUSE_SECRET_KEY");
        Optional<String> baseUrl = in.text("LANGFUSE_BASE_URL");
        boolean content = in.bool("HOLDPOINT_TRACE_CONTENT", false);
        long there = List.of(publicKey, secretKey, baseUrl).stream()
                .filter(Optional::isPresent)
                .count();
        if (there > 0 && there < 3) {
            in.problem(
                    "LANGFUSE_BASE_URL",
                    "LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_BASE_URL must be set together.");
        }
        if (there < 3) {
            return null;
        }
        String base = String.valueOf(in.uri("LANGFUSE_BASE_URL", OpenAiSettings.DEFAULT_BASE_URL));
        return new Langfuse(publicKey.orElseThrow(), secretKey.orElseThrow(), base.replaceAll("/+$", ""), content);
    }

    /** What the framework reads by itself is checked here, so that a mistake gets a line like any other. */
    private static void service(SettingsReader in) {
        in.number("HOLDPOINT_PORT", 8002, 0, 65_535);
        in.bool("HOLDPOINT_LOG_JSON", false);
        in.oneOf("HOLDPOINT_LOG_LEVEL", "INFO", List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE"));
        if (!in.text("HOLDPOINT_CORS_ORIGINS")
                .map(ORIGINS.asMatchPredicate()::test)
                .orElse(true)) {
            in.problem(
                    "HOLDPOINT_CORS_ORIGINS", "must be a list of origins such as https://app.example.org, without *.");
        }
    }
}
