package io.resourcelink.internal.wire;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where the fields of a frame are. All numbers are little-endian and unaligned. All frames begin alike:
 *
 * <pre>
 *   0        1        2            4                8                         16
 *   | type 1 | zero 1 | small 2    | number 4       | subchannel 8            | rest, by type ...
 * </pre>
 *
 * A message goes on with the length of its body, its attachments and the body. An attachment is:
 *
 * <pre>
 *   0        1          2                4          12          20
 *   | kind 1 | detail 1 | text length 2  | first 8  | second 8  | text, UTF-8
 * </pre>
 */
final class FrameLayout {

    /** "IPCH" as bytes. */
    static final int MAGIC = 0x48435049;

    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final int HELLO = 1;
    static final int MESSAGE = 2;
    static final int TICKET = 3;
    static final int REDEEM = 4;
    static final int RELEASE = 5;
    static final int GRANTED = 6;
    static final int CLOSED = 7;
    static final int CREDIT = 8;
    static final int UNDELIVERED = 9;
    static final int FAILURE = 10;

    static final long TYPE = 0;
    static final long ZERO = TYPE + 1;
    static final long SMALL = ZERO + 1;
    static final long NUMBER = SMALL + 2;
    static final long SUBCHANNEL = NUMBER + 4;
    static final long REST = SUBCHANNEL + 8;

    static final long BODY_LENGTH = REST;
    static final long ENTRIES = BODY_LENGTH + 8;

    static final int MEMORY_ENTRY = 1;
    static final int LINK_ENTRY = 2;
    static final int SENDER_ENTRY = 3;

    static final long ENTRY_KIND = 0;
    static final long ENTRY_DETAIL = ENTRY_KIND + 1;
    static final long ENTRY_TEXT_LENGTH = ENTRY_DETAIL + 1;
    static final long ENTRY_FIRST = ENTRY_TEXT_LENGTH + 2;
    static final long ENTRY_SECOND = ENTRY_FIRST + 8;
    static final long ENTRY_TEXT = ENTRY_SECOND + 8;

    private FrameLayout() {}
}
