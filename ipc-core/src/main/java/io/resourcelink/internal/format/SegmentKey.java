package io.resourcelink.internal.format;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.InvalidKeyException;

/** The keys that a segment can have: names that a file can have, without those that a directory reserves. */
public final class SegmentKey {

    private static final int MAX_BYTES = 255;

    private SegmentKey() {}

    public static String checked(String key) {
        String reason = whyNone(Objects.requireNonNull(key, "key"));
        if (reason != null) {
            throw new InvalidKeyException(key, reason);
        }
        return key;
    }

    public static boolean isValid(String key) {
        return whyNone(key) == null;
    }

    private static @Nullable String whyNone(String key) {
        if (key.isEmpty()) {
            return "it is empty";
        }
        if (key.startsWith(".")) {
            return "it starts with a dot";
        }
        if (key.indexOf('/') >= 0 || key.indexOf('\0') >= 0) {
            return "it contains '/' or NUL";
        }
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (!new String(bytes, StandardCharsets.UTF_8).equals(key)) {
            return "it has half a surrogate pair";
        }
        return bytes.length > MAX_BYTES ? "it takes " + bytes.length + " bytes in UTF-8" : null;
    }
}
