package dev.holdpoint.llm;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Makes foreign text fit for people's eyes: short, without anything invisible, and without secrets. */
final class Redaction {

    private static final String MASK = "***";
    private static final int MAX_LENGTH = 500;
    /** More than is shown, so that a secret that is cut in two is still seen whole. */
    private static final int MAX_READ = 8_000;

    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+");
    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s+[^\\s\"',;]{4,}");
    private static final Pattern KEY_SHAPED =
            Pattern.compile("\\b(sk|pk|rk|api|key)[-_][A-Za-z0-9*_.\\-]{6,}|\\b[0-9a-fA-F]{32}\\.[A-Za-z0-9]{8,}");
    private static final Pattern NAMED = Pattern.compile(
            "(?i)((?:api[-_ ]?key|access[-_]?token|x-api-key|authorization|secret|password)\"?\\s*[=:]\\s*\"?)[^\\s\"',;&]{4,}");
    private static final Pattern URL_USER = Pattern.compile("://[^/\\s@]+@");

    private final String key;
    private final String encodedKey;

    /** @param key the secret that is known; may be empty */
    Redaction(String key) {
        this.key = key;
        this.encodedKey = URLEncoder.encode(key, StandardCharsets.UTF_8);
    }

    String apply(String foreign) {
        String text = foreign.substring(0, Math.min(foreign.length(), MAX_READ));
        text = INVISIBLE.matcher(Surrogates.mend(text)).replaceAll(" ").strip();
        if (!key.isEmpty()) {
            text = text.replace(key, MASK).replace(encodedKey, MASK);
        }
        text = BEARER.matcher(text).replaceAll("$1 " + MASK);
        text = NAMED.matcher(text).replaceAll("$1" + MASK);
        text = KEY_SHAPED.matcher(text).replaceAll(MASK);
        text = URL_USER.matcher(text).replaceAll("://" + MASK + "@");
        return shorten(text);
    }

    private static String shorten(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
        return text.substring(0, end) + "…";
    }
}
