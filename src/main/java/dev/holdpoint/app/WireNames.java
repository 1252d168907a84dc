package dev.holdpoint.app;

import java.util.Locale;

/** The names of constants as clients see them. */
final class WireNames {

    private WireNames() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
