package io.resourcelink.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

/** A property has a value that it cannot have. */
final class InvalidIpcPropertyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String range;

    InvalidIpcPropertyException(String property, @Nullable Object value, String range) {
        super("Property " + property + " must be " + range + "; it was " + value + ".");
        this.property = property;
        this.range = range;
    }

    String property() {
        return property;
    }

    /** What it could be, to follow "must be". */
    String range() {
        return range;
    }
}
