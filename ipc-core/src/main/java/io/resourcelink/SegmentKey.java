package io.resourcelink;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.resourcelink.error.InvalidKeyException;

/** What may name a segment: what may name a file, without the names that a directory keeps for itself. */
final class SegmentKey {

    private static final int MAX_BYTES = 255;

    private SegmentKey() {}

    static String checked(String key) {
        Objects.requireNonNull(key, "key");
        if (key.isEmpty()) {
            throw new InvalidKeyException(key, "it is empty");
        }
        if (key.startsWith(".")) {
            throw new InvalidKeyException(key, "it starts with a dot");
        }
        if (key.indexOf('/') >= 0 || key.indexOf('\0') >= 0) {
            throw new InvalidKeyException(key, "it contains '/' or NUL");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            throw new InvalidKeyException(key, "it has half a surrogate pair");
        }
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new InvalidKeyException(key, "it takes " + bytes + " bytes in UTF-8");
        }
        return key;
    }
}
