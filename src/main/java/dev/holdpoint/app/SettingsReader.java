package dev.holdpoint.app;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings and gathers what is wrong with them: one line for each problem, which names the key and what is
 * allowed. A value that could be a secret is never repeated.
 */
final class SettingsReader {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB|kB|MB|GB)?");
    private static final Map<String, Long> UNITS = Map.of(
            "B",
            1L,
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30,
            "kB",
            1_000L,
            "MB",
            1_000_000L,
            "GB",
            1_000_000_000L);

    private final Function<String, Optional<String>> values;
    private final List<String> problems = new ArrayList<>();

    /** @param values gives the value of a key, if it is set */
    SettingsReader(Function<String, Optional<String>> values) {
        this.values = values;
    }

    List<String> problems() {
        return problems;
    }

    void problem(String key, String what) {
        problems.add(key + ": " + what);
    }

    /** A set value that isn't blank: an empty line in a file of settings means the default. */
    Optional<String> text(String key) {
        return values.apply(key).map(String::strip).filter(v -> !v.isEmpty());
    }

    boolean bool(String key, boolean standard) {
        return parse(key, standard, "must be true or false", v -> switch (v.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    Optional<Boolean> optionalBool(String key) {
        return text(key).isEmpty() ? Optional.empty() : Optional.of(bool(key, false));
    }

    int number(String key, int standard, int least, int most) {
        return parse(key, standard, "must be a number from " + least + " to " + most, v -> {
            int number = Integer.parseInt(v);
            require(number >= least && number <= most);
            return number;
        });
    }

    double decimal(String key, double standard, double least, double most) {
        return parse(key, standard, "must be a number from " + least + " to " + most, v -> {
            double number = new BigDecimal(v).doubleValue();
            require(number >= least && number <= most);
            return number;
        });
    }

    Duration duration(String key, Duration standard, Duration least, Duration most) {
        return parse(
                key,
                standard,
                "must be a time from " + text(least) + " to " + text(most) + ", such as 60s, 5m or 2h",
                v -> {
                    Duration duration = duration(v);
                    require(duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0);
                    return duration;
                });
    }

    private static Duration duration(String value) {
        Matcher m = DURATION.matcher(value);
        require(m.matches());
        long n = Long.parseLong(m.group(1));
        return switch (m.group(2)) {
            case "ms" -> Duration.ofMillis(n);
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            default -> Duration.ofDays(n);
        };
    }

    private static String text(Duration duration) {
        return duration.toHours() > 0 && duration.toMinutesPart() == 0
                ? duration.toHours() + "h"
                : duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    /** A number of bytes, plain or with a unit such as kB, MiB or GiB. */
    long size(String key, long standard, long least, long most) {
        return parse(
                key, standard, "must be a size from " + least + " to " + most + " bytes, such as 512KiB or 1GiB", v -> {
                    Matcher m = SIZE.matcher(v);
                    require(m.matches());
                    String unit = m.group(2) == null ? "B" : m.group(2);
                    long bytes = Math.multiplyExact(Long.parseLong(m.group(1)), UNITS.getOrDefault(unit, 1L));
                    require(bytes >= least && bytes <= most);
                    return bytes;
                });
    }

    String oneOf(String key, String standard, List<String> allowed) {
        return parse(key, standard, "must be one of " + String.join(", ", allowed), v -> {
            require(allowed.contains(v));
            return v;
        });
    }

    /** Names from a closed set, separated by commas; {@code none} for none. */
    Set<String> names(String key, Set<String> standard, Set<String> allowed) {
        String what = "must be none, or some of " + allowed.stream().sorted().collect(Collectors.joining(","));
        return parse(key, standard, what, v -> {
            if (v.equals("none")) {
                return Set.of();
            }
            Set<String> names = Arrays.stream(v.split(",")).map(String::strip).collect(Collectors.toSet());
            require(allowed.containsAll(names));
            return names;
        });
    }

    /** Values of one form, separated by commas; none by default. */
    List<String> list(String key, String form, Pattern pattern) {
        return parse(key, List.of(), "must be a list, separated by commas, of " + form, v -> {
            List<String> all = Arrays.stream(v.split(",")).map(String::strip).toList();
            require(all.stream().allMatch(one -> pattern.matcher(one).matches()));
            return all;
        });
    }

    URI uri(String key, URI standard) {
        return parse(key, standard, "must be an http or https address without a user or secret in it", v -> {
            URI uri = URI.create(v);
            require(("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null);
            return uri;
        });
    }

    /** Takes what a room's own settings refuse as a problem of this key. */
    <T> T checked(String key, T standard, Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            problem(key, String.valueOf(e.getMessage()));
            return standard;
        }
    }

    /** A value of a form of its own; null if it isn't set, or wrong. */
    <T> @Nullable T parsed(String key, String allowed, Function<String, T> parser) {
        return text(key).isEmpty() ? null : this.<@Nullable T>parse(key, null, allowed, parser);
    }

    private <T extends @Nullable Object> T parse(
            String key, T standard, String allowed, Function<String, ? extends T> parser) {
        Optional<String> value = text(key);
        if (value.isEmpty()) {
            return standard;
        }
        try {
            return parser.apply(value.get());
        } catch (IllegalArgumentException | ArithmeticException e) {
            problem(key, allowed + ".");
            return standard;
        }
    }

    static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException();
        }
    }
}
