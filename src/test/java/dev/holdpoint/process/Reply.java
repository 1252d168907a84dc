package dev.holdpoint.process;

import com.fasterxml.jackson.databind.JsonNode;

/** An answer of which the status matters. */
record Reply(int status, JsonNode body) {

    String code() {
        return body.path("code").asText();
    }
}
