package dev.holdpoint.journal;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells whether a record that was read holds all that isn't optional: JSON may lack anything. */
final class Completeness {

    private Completeness() {}

    static boolean of(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Record whole ->
                Arrays.stream(whole.getClass().getRecordComponents()).allMatch(part -> isFilled(whole, part));
            case List<?> all -> all.stream().allMatch(Completeness::of);
            default -> true;
        };
    }

    private static boolean isFilled(Record whole, RecordComponent part) {
        try {
            Object value = part.getAccessor().invoke(whole);
            return value == null ? part.getAnnotatedType().isAnnotationPresent(Nullable.class) : of(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record that can't be looked into", e);
        }
    }
}
