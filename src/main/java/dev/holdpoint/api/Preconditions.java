package dev.holdpoint.api;

import dev.holdpoint.sandbox.Expected;
import dev.holdpoint.sandbox.FileVersion;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the headers of a writing request say about what is there (RFC 9110, 13.1). */
final class Preconditions {

    private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"\\s*(?:,|$)");

    private Preconditions() {}

    static Expected expected(HttpHeaders headers) {
        List<String> match = headers.getRequestHeader(HttpHeaders.IF_MATCH);
        List<String> noneMatch = headers.getRequestHeader(HttpHeaders.IF_NONE_MATCH);
        if (noneMatch != null && !noneMatch.isEmpty()) {
            if (match != null && !match.isEmpty()) {
                throw new Invalid(HttpHeaders.IF_MATCH, "can't be sent together with If-None-Match");
            }
            if (!String.join(",", noneMatch).trim().equals("*")) {
                throw new Invalid(HttpHeaders.IF_NONE_MATCH, "can only be * when something is written");
            }
            return Expected.NOTHING;
        }
        return match == null || match.isEmpty() ? Expected.ANYTHING : match(String.join(",", match));
    }

    private static Expected match(String header) {
        if (header.trim().equals("*")) {
            return Expected.SOMETHING;
        }
        Set<FileVersion> versions = new HashSet<>();
        Matcher tags = TAG.matcher(header);
        int end = 0;
        while (end < header.length()) {
            if (!tags.find(end) || tags.start() != end) {
                throw new Invalid(HttpHeaders.IF_MATCH, "must be * or entity tags in quotes, separated by commas");
            }
            // A weak one never matches when something is written.
            if (tags.group(1) == null) {
                versions.add(new FileVersion(tags.group(2)));
            }
            end = tags.end();
        }
        return new Expected.OneOf(versions);
    }
}
