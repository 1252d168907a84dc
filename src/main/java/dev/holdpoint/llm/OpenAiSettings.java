package dev.holdpoint.llm;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How an OpenAI-compatible endpoint is reached.
 *
 * @param baseUrl up to where {@code /chat/completions} begins, with or without a slash at the end
 * @param apiKey sent as a bearer token; empty if the endpoint wants none
 * @param thinking whether the model thinks before it speaks, as GLM's {@code thinking} parameter; if absent, it's switched
 *     on at Zhipu's own addresses and not sent to any other
 * @param connectTimeout until a connection stands
 * @param idleTimeout of silence, before the first byte and between any two; the whole answer may take as long as it likes
 * @param maxRetries how often a request is repeated of which nothing was shown yet; 0 for never
 * @param retryAfterCap the longest wait before a repetition, whatever the endpoint asks for
 * @param maxAnswerBytes the longest answer (text, reasoning and arguments together, in UTF-8), and the longest line of it
 */
public record OpenAiSettings(
        URI baseUrl,
        String model,
        String apiKey,
        Optional<Boolean> thinking,
        Duration connectTimeout,
        Duration idleTimeout,
        int maxRetries,
        Duration retryAfterCap,
        int maxAnswerBytes) {

    public static final URI DEFAULT_BASE_URL = URI.create("https://open.bigmodel.cn/api/paas/v4");
    public static final String DEFAULT_MODEL = "glm-4.7";
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(60);
    public static final int DEFAULT_MAX_RETRIES = 3;
    public static final Duration DEFAULT_RETRY_AFTER_CAP = Duration.ofSeconds(30);
    public static final int DEFAULT_MAX_ANSWER_BYTES = 8 << 20;

    /** @throws IllegalArgumentException if a value can't work; its message says what is allowed, and never a secret */
    public OpenAiSettings {
        apiKey = apiKey.strip();
        String scheme = baseUrl.getScheme();
        require(("http".equals(scheme) || "https".equals(scheme)) && baseUrl.getHost() != null, "an http(s) base URL");
        require(baseUrl.getRawUserInfo() == null, "a base URL without a user or a secret in it");
        require(baseUrl.getRawFragment() == null, "a base URL without a fragment");
        require(!model.isBlank(), "a model name that isn't blank");
        require(apiKey.chars().allMatch(c -> c > ' ' && c < 0x7f), "an API key of visible ASCII characters only");
        require(connectTimeout.isPositive(), "a connect timeout above zero");
        require(idleTimeout.isPositive(), "an idle timeout above zero");
        require(maxRetries >= 0, "zero or more retries");
        require(!retryAfterCap.isNegative(), "a longest wait of zero or more");
        require(maxAnswerBytes > 0, "a longest answer above zero");
    }

    /** Everything else at its default. */
    public static OpenAiSettings of(URI baseUrl, String model, String apiKey) {
        return new OpenAiSettings(
                baseUrl,
                model,
                apiKey,
                Optional.empty(),
                DEFAULT_CONNECT_TIMEOUT,
                DEFAULT_IDLE_TIMEOUT,
                DEFAULT_MAX_RETRIES,
                DEFAULT_RETRY_AFTER_CAP,
                DEFAULT_MAX_ANSWER_BYTES);
    }

    /** What to send as {@code thinking}; nothing, if absent. */
    Optional<Boolean> effectiveThinking() {
        return thinking.isPresent() || !isZhipu() ? thinking : Optional.of(true);
    }

    /** Where completions are asked for; a query of the base URL is kept. */
    URI completionsUri() {
        String path = baseUrl.getRawPath() == null ? "" : baseUrl.getRawPath().replaceAll("/+$", "");
        String query = baseUrl.getRawQuery() == null ? "" : "?" + baseUrl.getRawQuery();
        return URI.create(baseUrl.getScheme() + "://" + baseUrl.getRawAuthority() + path + "/chat/completions" + query);
    }

    private boolean isZhipu() {
        String host = baseUrl.getHost().toLowerCase(Locale.ROOT);
        return host.equals("bigmodel.cn")
                || host.endsWith(".bigmodel.cn")
                || host.equals("z.ai")
                || host.endsWith(".z.ai");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the model needs " + what);
        }
    }

    /** Without the key and without the query, which may hold one. */
    @Override
    public String toString() {
        return "OpenAiSettings[" + baseUrl.getScheme() + "://" + baseUrl.getRawAuthority() + baseUrl.getRawPath()
                + ", model=" + model + ", apiKey=" + (apiKey.isEmpty() ? "none" : "***") + ", thinking=" + thinking
                + ", connectTimeout=" + connectTimeout + ", idleTimeout=" + idleTimeout + ", maxRetries=" + maxRetries
                + ", retryAfterCap=" + retryAfterCap + ", maxAnswerBytes=" + maxAnswerBytes + "]";
    }
}
