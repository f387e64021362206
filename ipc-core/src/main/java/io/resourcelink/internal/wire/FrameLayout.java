package io.resourcelink.internal.wire;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where the fields of a frame are. All numbers are little-endian and unaligned. A packet has one frame or several, each at a
 * multiple of 8. All frames begin alike:
 *
 * <pre>
 *   0        1         2            4            8               16          24
 *   | type 1 | flags 1 | small 2    | length 4   | subchannel 8  | number 8  | rest, by type ...
 * </pre>
 *
 * <p>The length is the frame's own, without what fills it up to a multiple of 8. Flags 0 to 3 must be known to the receiving
 * process; it ignores flags 4 to 7. A message and a reply end with their attachments, headers and body. An attachment is:
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
    static final int STOP = 11;
    static final int STOPPED = 12;
    static final int UNHANDLED = 13;
    static final int REPLY = 14;
    static final int CANCEL = 15;
    static final int MISSED = 16;

    /** Flags that a process must know. */
    static final int STRICT_FLAGS = 0x0F;

    /** Of messages and replies: the body is in shared memory. */
    static final int BODY_IN_MEMORY = 1;

    /** Of messages: a reply is wanted. */
    static final int WANTS_REPLY = 2;

    /** Of replies: the request failed. */
    static final int FAILED = 2;

    /** Of replies: there is no result. */
    static final int NO_RESULT = 4;

    static final long TYPE = 0;
    static final long FLAGS = TYPE + 1;
    static final long SMALL = FLAGS + 1;
    static final long LENGTH = SMALL + 2;
    static final long SUBCHANNEL = LENGTH + 4;
    static final long NUMBER = SUBCHANNEL + 8;
    static final long REST = NUMBER + 8;

    static final long HELLO_SHARED_MEMORY = REST;
    static final long HELLO_MAPPED_FILES = HELLO_SHARED_MEMORY + 8;
    static final long HELLO_END = HELLO_MAPPED_FILES + 8;

    static final long MESSAGE_BORN = REST;
    static final long MESSAGE_MAX_AGE = MESSAGE_BORN + 8;
    static final long MESSAGE_PARTS = MESSAGE_MAX_AGE + 8;

    static final long REPLY_THROUGH = REST;
    static final long REPLY_PARTS = REPLY_THROUGH + 8;

    // The parts of a message or a reply.
    static final long BODY_LENGTH = 0;
    static final long HEADERS_LENGTH = BODY_LENGTH + 8;
    static final long ENTRIES = HEADERS_LENGTH + 4;

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

    /** {@return where the frame after one that ends there begins} */
    static int aligned(int end) {
        return (end + 7) & -8;
    }
}
