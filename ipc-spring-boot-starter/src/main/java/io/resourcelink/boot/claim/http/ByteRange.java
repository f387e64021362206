package io.resourcelink.boot.claim.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a payload a request wants: all, or one range (RFC 9110, 14.1.2).
 *
 * @param from the first byte
 * @param length how many
 */
record ByteRange(long from, long length) {

    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,19})-(\\d{0,19})");

    /**
     * Reads the header of a request.
     *
     * @param header its value
     * @param size of the payload
     * @return the range, or {@code null} if it is not exactly one, or the payload has no byte of it
     */
    static @Nullable ByteRange parse(String header, long size) {
        Matcher matcher = ONE.matcher(header.strip());
        if (!matcher.matches()) {
            return null;
        }
        try {
            return of(matcher.group(1), matcher.group(2), size);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    private static @Nullable ByteRange of(String first, String last, long size) {
        if (first.isEmpty()) {
            long length = last.isEmpty() ? 0 : Math.min(Long.parseLong(last), size);
            return length == 0 ? null : new ByteRange(size - length, length);
        }
        long from = Long.parseLong(first);
        long end = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
        return from >= size || end < from ? null : new ByteRange(from, end - from + 1);
    }

    boolean isWhole(long size) {
        return length == size;
    }

    /** {@return the value of {@code Content-Range}} */
    String of(long size) {
        return "bytes " + from + '-' + (from + length - 1) + '/' + size;
    }
}
