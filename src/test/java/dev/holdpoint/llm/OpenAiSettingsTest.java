package dev.holdpoint.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiSettingsTest {

    private static OpenAiSettings at(String baseUrl) {
        return OpenAiSettings.of(URI.create(baseUrl), "m", "secret-key");
    }

    private static OpenAiSettings with(OpenAiSettings s, Optional<Boolean> thinking) {
        return new OpenAiSettings(
                s.baseUrl(),
                s.model(),
                s.apiKey(),
                thinking,
                s.connectTimeout(),
                s.idleTimeout(),
                s.maxRetries(),
                s.retryAfterCap(),
                s.maxAnswerBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:1/v1, http://localhost:1/v1/chat/completions",
        "http://localhost:1/v1/, http://localhost:1/v1/chat/completions",
        "http://localhost:1, http://localhost:1/chat/completions",
        "https://a.b/x//?v=1, https://a.b/x/chat/completions?v=1",
    })
    void the_base_url_may_end_as_it_likes(String given, String expected) {
        assertThat(at(given).completionsUri()).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a/b", "/v1", "http://me:pw@host/v1", "mailto:a@b", "http://a/b#c"})
    void other_addresses_are_refused_without_telling_a_secret(String given) {
        assertThatThrownBy(() -> at(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("pw");
    }

    @Test
    void a_key_that_no_header_can_hold_is_refused_without_telling_it() {
        assertThatThrownBy(() -> OpenAiSettings.of(OpenAiSettings.DEFAULT_BASE_URL, "m", "top\nsecret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret\n")
                .hasMessageNotContaining("top");
    }

    @Test
    void the_key_is_not_in_the_text() {
        assertThat(at("http://a/b?key=hidden").toString()).doesNotContain("secret-key", "hidden");
    }

    @ParameterizedTest
    @CsvSource({
        "https://open.bigmodel.cn/api/paas/v4, true",
        "https://api.z.ai/api/paas/v4, true",
        "https://api.example.com/v1, false",
        "https://notz.ai.example.com/v1, false",
        "https://buzz.ai/v1, false",
    })
    void thinking_is_on_by_itself_only_at_zhipu(String baseUrl, boolean on) {
        CompletionRequest request = new CompletionRequest("m", List.of(), List.of());

        assertThat(at(baseUrl).effectiveThinking().isPresent()).isEqualTo(on);
        assertThat(new String(RequestJson.write(request, at(baseUrl)), StandardCharsets.UTF_8)
                        .contains("\"thinking\":{\"type\":\"enabled\"}"))
                .isEqualTo(on);
        assertThat(with(at(baseUrl), Optional.of(false)).effectiveThinking()).contains(false);
        assertThat(with(at(baseUrl), Optional.of(true)).effectiveThinking()).contains(true);
    }
}
