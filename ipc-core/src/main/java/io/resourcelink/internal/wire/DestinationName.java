package io.resourcelink.internal.wire;

import java.util.regex.Pattern;

/** The rule for names of destinations. */
final class DestinationName {

    private static final Pattern VALID = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

    private DestinationName() {}

    /** Throws {@link IllegalArgumentException} if a name is not valid. */
    static void check(String destination) {
        if (!VALID.matcher(destination).matches()) {
            throw new IllegalArgumentException(
                    "\"" + destination + "\" is not a valid destination. The name of a destination has"
                            + " up to 64 letters, digits, dots, hyphens and underscores, and begins with a letter.");
        }
    }
}
