package dev.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortHeadersTest {

    private static final PortHeaders.Place PLACE =
            new PortHeaders.Place("/api/threads/t/ports/8000", 8000, "/here/page?x=1");

    @ParameterizedTest
    @CsvSource({
        "/next,/next",
        "next,/here/next",
        "../up?q=%20#f,/up?q=%20#f",
        "?only=query,/here/?only=query",
        "http://localhost:8000/full,/full",
        "http://127.0.0.1:8000,/",
        "http://0.0.0.0:8000/a/../b,/b",
        "//localhost:8000/x,/x"
    })
    void a_redirect_stays_below_the_prefix(String location, String path) {
        assertThat(PLACE.redirect(location)).contains("/api/threads/t/ports/8000" + path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example/",
                "//evil.example/",
                "https://localhost:8000/",
                "http://localhost:8002/",
                "http://localhost/",
                "javascript:alert(1)",
                "data:text/html,x",
                "/../../../../sessions",
                "../../../../../x",
                "http://localhost:8000@evil.example/",
                "/\\evil.example"
            })
    void a_redirect_that_leads_away_is_none(String location) {
        assertThat(PLACE.redirect(location)).isEmpty();
    }
}
