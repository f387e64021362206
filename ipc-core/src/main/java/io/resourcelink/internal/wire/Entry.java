package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * What the file of one consumer or subscriber says. Its name is the nonce in 16 hexadecimal digits. All numbers are little-endian:
 *
 * <pre>
 *   0          4           5        6         8         16           32         40
 *   | IPCE 4   | version 1 | kind 1 | flags 2 | nonce 8 | address 16 | number 8 |
 * </pre>
 *
 * @param kind how the destination is served; never {@link Kind#SINGLE}
 * @param dropping whether messages are dropped for which the subscriber has no room
 * @param nonce a random number, new for each entry
 * @param server where it is served
 */
public record Entry(Kind kind, boolean dropping, long nonce, ServerName server) {

    static final int SIZE = 40;

    /** The byte that the process has locked as long as it serves. It lies behind everything that is in the file. */
    static final long LOCK = 1L << 62;

    /** "IPCE" as bytes. */
    private static final int MAGIC = 0x45435049;

    private static final int VERSION = 1;
    private static final byte QUEUE = 1;
    private static final byte TOPIC = 2;
    private static final int DROPPING = 1;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Writes it. */
    void encode(MemorySegment to) {
        to.set(INT, 0, MAGIC);
        to.set(BYTE, 4, (byte) VERSION);
        to.set(BYTE, 5, kind == Kind.QUEUE ? QUEUE : TOPIC);
        to.set(SHORT, 6, (short) (dropping ? DROPPING : 0));
        to.set(LONG, 8, nonce);
        MemorySegment.copy(server.address().getBytes(StandardCharsets.US_ASCII), 0, to, BYTE, 16, 16);
        to.set(LONG, 32, server.number());
    }

    /** Reads what any process may have written. Returns {@code null} if it is no entry. */
    static @Nullable Entry decode(MemorySegment from) {
        Kind kind = switch (from.get(BYTE, 5)) {
            case QUEUE -> Kind.QUEUE;
            case TOPIC -> Kind.TOPIC;
            default -> null;
        };
        int flags = from.get(SHORT, 6);
        byte[] address = new byte[16];
        MemorySegment.copy(from, BYTE, 16, address, 0, 16);
        String text = new String(address, StandardCharsets.US_ASCII);
        if (from.get(INT, 0) != MAGIC || from.get(BYTE, 4) != VERSION || kind == null || (flags & ~DROPPING) != 0
                || !Frame.ADDRESS.matcher(text).matches()) {
            return null;
        }
        return new Entry(kind, flags == DROPPING, from.get(LONG, 8), new ServerName(text, from.get(LONG, 32)));
    }
}
