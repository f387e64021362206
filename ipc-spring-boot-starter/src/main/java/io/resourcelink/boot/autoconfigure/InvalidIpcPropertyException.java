package io.resourcelink.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

/** A property of {@code ipc} has a value that is out of range. */
public final class InvalidIpcPropertyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** Full name of the property. */
    private final String property;

    /** The values that it can have. */
    private final String range;

    /**
     * Reports a value that is out of range.
     *
     * @param property full name of the property
     * @param value its value
     * @param range the values that it can have, to follow "must be"
     */
    public InvalidIpcPropertyException(String property, @Nullable Object value, String range) {
        super("Property " + property + " must be " + range + "; it was " + value + ".");
        this.property = property;
        this.range = range;
    }

    /**
     * Checks a value.
     *
     * @param valid whether the value is in range
     * @param property full name of the property
     * @param value its value
     * @param range the values that it can have, to follow "must be"
     * @throws InvalidIpcPropertyException if it is not
     */
    public static void throwUnless(boolean valid, String property, @Nullable Object value, String range) {
        if (!valid) {
            throw new InvalidIpcPropertyException(property, value, range);
        }
    }

    String property() {
        return property;
    }

    String range() {
        return range;
    }
}
