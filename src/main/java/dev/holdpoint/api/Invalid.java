package dev.holdpoint.api;

/** A request that can't be understood; names the field at fault. */
final class Invalid extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;

    Invalid(String field, String what) {
        super(field + ": " + what);
        this.field = field;
    }

    String field() {
        return field;
    }
}
