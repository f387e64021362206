package io.resourcelink.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.resourcelink.segment.ResourceKind;
import io.resourcelink.internal.os.Packet;

/**
 * What one packet says. All numbers are little-endian; all packets begin alike.
 *
 * <pre>
 *   0        1        2            4                8                         16
 *   | type 1 | zero 1 | number 2   | number 4       | subchannel 8            | what the type says ...
 * </pre>
 *
 * <p>The pictures of all frames are in {@code docs/design/channel-protocol.md}.
 */
sealed interface Frame {

    /** Both sides must say the same one. */
    int VERSION = 1;

    /** "IPCH" as bytes. */
    int MAGIC = 0x48435049;

    /** Bytes of a {@link Failure}'s text. */
    int MAX_TEXT = 1024;

    /** Bytes of a body that is in memory: it becomes an array. */
    long MAX_BODY = Integer.MAX_VALUE - 8;

    /** What channels are called in their directory. */
    Pattern ADDRESS = Pattern.compile("[0-9a-f]{16}");

    ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    long TYPE = 0;
    long ZERO = TYPE + 1;
    long SMALL = ZERO + 1;
    long NUMBER = SMALL + 2;
    long SUBCHANNEL = NUMBER + 4;
    long REST = SUBCHANNEL + 8;

    /** The first frame of each side. */
    record Hello(int version) implements Frame {}

    /**
     * A message: to the receiving side.
     *
     * @param bodyInMemory whether the body is not here but in a region, whose descriptor is the last one
     * @param bodyLength bytes of the body, wherever it is
     * @param body the body, or nothing
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Message(long subchannel, boolean bodyInMemory, long bodyLength, List<Entry> entries,
            byte[] body) implements Frame {

        static final long BODY_LENGTH = REST;
        static final long ENTRIES = BODY_LENGTH + 8;

        /** How many descriptors it says that it carries. */
        int descriptors() {
            int count = bodyInMemory ? 1 : 0;
            for (Entry entry : entries) {
                count += entry.descriptors();
            }
            return count;
        }
    }

    /** A sender is about to be sent somewhere: to its receiving side, with the reading end of the ticket's pipe. */
    record Ticket(long subchannel, long ticket) implements Frame {}

    /** A sender has come: to its receiving side. Subchannel 0 is that of a one-shot server, not known yet. */
    record Redeem(long subchannel, long ticket) implements Frame {}

    /** Senders that were granted are not needed any more: to the receiving side. */
    record Release(long subchannel, int count) implements Frame {}

    /** A sender that was redeemed may send: to the sending side. */
    record Granted(long subchannel, long ticket, Credits credits) implements Frame {}

    /** Nobody receives there any more: to the sending side. The ticket is 0 unless it was just redeemed. */
    record Closed(long subchannel, long ticket) implements Frame {}

    /** What was received and may be sent again: to the sending side. */
    record Credit(long subchannel, int messages, int descriptors, long bytes) implements Frame {}

    /** A message could not be taken in for lack of descriptors: to the sending side. */
    record Undelivered(long subchannel) implements Frame {}

    /** The last frame of a side that gives up the connection. */
    record Failure(String text) implements Frame {}

    /** Something that a message carries. */
    sealed interface Entry {

        int descriptors();

        /** A region of memory; an empty one has no descriptor. */
        record Memory(long size) implements Entry {

            @Override
            public int descriptors() {
                return size == 0 ? 0 : 1;
            }
        }

        /** A reference to a segment. */
        record Link(ResourceKind kind, String key) implements Entry {

            @Override
            public int descriptors() {
                return 1;
            }
        }

        /** A sender: where it receives, and the ticket whose pipe's writing end is the descriptor. Dead ones have none. */
        record Sender(boolean alive, long subchannel, long ticket, String address) implements Entry {

            @Override
            public int descriptors() {
                return alive ? 1 : 0;
            }
        }
    }

    long ENTRY_KIND = 0;
    long ENTRY_DETAIL = ENTRY_KIND + 1;
    long ENTRY_TEXT_LENGTH = ENTRY_DETAIL + 1;
    long ENTRY_FIRST = ENTRY_TEXT_LENGTH + 2;
    long ENTRY_SECOND = ENTRY_FIRST + 8;
    long ENTRY_TEXT = ENTRY_SECOND + 8;

    /** A packet is not what the protocol allows. */
    final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient String found;
        private final transient String expected;

        Malformed(String found, String expected) {
            super(found, null, false, false);
            this.found = found;
            this.expected = expected;
        }

        String found() {
            return found;
        }

        String expected() {
            return expected;
        }
    }

    /** Writes this frame. Answers its length. */
    default int encode(MemorySegment to) {
        return switch (this) {
            case Hello(int version) -> begin(to, 1, version, MAGIC, 0);
            case Message message -> encode(message, to);
            case Ticket(long subchannel, long ticket) -> number(to, begin(to, 3, 0, 0, subchannel), ticket);
            case Redeem(long subchannel, long ticket) -> number(to, begin(to, 4, 0, 0, subchannel), ticket);
            case Release(long subchannel, int count) -> begin(to, 5, 0, count, subchannel);
            case Granted(long subchannel, long ticket, Credits credits) -> {
                int at = number(to, begin(to, 6, 0, credits.messages(), subchannel), ticket);
                yield number(to, number(to, at, credits.bytes()), credits.descriptors());
            }
            case Closed(long subchannel, long ticket) -> number(to, begin(to, 7, 0, 0, subchannel), ticket);
            case Credit(long subchannel, int messages, int descriptors, long bytes) ->
                number(to, number(to, begin(to, 8, 0, messages, subchannel), bytes), descriptors);
            case Undelivered(long subchannel) -> begin(to, 9, 0, 0, subchannel);
            case Failure(String text) -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                int length = Math.min(bytes.length, MAX_TEXT);
                yield bytes(to, begin(to, 10, 0, length, 0), bytes, length);
            }
        };
    }

    private static int begin(MemorySegment to, int type, int small, int number, long subchannel) {
        to.set(ValueLayout.JAVA_BYTE, TYPE, (byte) type);
        to.set(ValueLayout.JAVA_BYTE, ZERO, (byte) 0);
        to.set(SHORT, SMALL, (short) small);
        to.set(INT, NUMBER, number);
        to.set(LONG, SUBCHANNEL, subchannel);
        return (int) REST;
    }

    private static int number(MemorySegment to, int at, long number) {
        to.set(LONG, at, number);
        return at + 8;
    }

    private static int bytes(MemorySegment to, int at, byte[] bytes, int length) {
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, at, length);
        return at + length;
    }

    private static int encode(Message message, MemorySegment to) {
        begin(to, 2, message.entries().size(), message.bodyInMemory() ? 1 : 0, message.subchannel());
        to.set(LONG, Message.BODY_LENGTH, message.bodyLength());
        int at = (int) Message.ENTRIES;
        for (Entry entry : message.entries()) {
            at = switch (entry) {
                case Entry.Memory(long size) -> encode(to, at, 1, 0, size, 0, "");
                case Entry.Link(ResourceKind kind, String key) ->
                    encode(to, at, 2, kind == ResourceKind.SHARED_MEMORY ? 0 : 1, 0, 0, key);
                case Entry.Sender(boolean alive, long subchannel, long ticket, String address) ->
                    encode(to, at, 3, alive ? 1 : 0, subchannel, ticket, address);
            };
        }
        return bytes(to, at, message.body(), message.body().length);
    }

    private static int encode(MemorySegment to, int at, int kind, int detail, long first, long second, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.set(ValueLayout.JAVA_BYTE, at + ENTRY_KIND, (byte) kind);
        to.set(ValueLayout.JAVA_BYTE, at + ENTRY_DETAIL, (byte) detail);
        to.set(SHORT, at + ENTRY_TEXT_LENGTH, (short) bytes.length);
        to.set(LONG, at + ENTRY_FIRST, first);
        to.set(LONG, at + ENTRY_SECOND, second);
        return bytes(to, (int) (at + ENTRY_TEXT), bytes, bytes.length);
    }

    /** Reads a frame. Every field is checked; nothing is trusted. */
    static Frame decode(MemorySegment from, int length) throws Malformed {
        if (length < REST) {
            throw new Malformed("a packet of " + length + " bytes", "at least " + REST);
        }
        int type = from.get(ValueLayout.JAVA_BYTE, TYPE);
        int small = Short.toUnsignedInt(from.get(SHORT, SMALL));
        int number = from.get(INT, NUMBER);
        long subchannel = from.get(LONG, SUBCHANNEL);
        if (from.get(ValueLayout.JAVA_BYTE, ZERO) != 0) {
            throw new Malformed("a reserved byte that is set", "0");
        }
        if (subchannel < 0) {
            throw new Malformed("subchannel " + subchannel, "a number from 0 on");
        }
        ensureUnusedAreZero(type, small, number, subchannel);
        return switch (type) {
            case 1 -> {
                exactly(length, REST);
                if (number != MAGIC) {
                    throw new Malformed("a greeting in another language", "that of this library");
                }
                yield new Hello(small);
            }
            case 2 -> message(from, length, small, number, subchannel);
            case 3 -> new Ticket(subchannel, ticket(from, length));
            case 4 -> new Redeem(subchannel, ticket(from, length));
            case 5 -> {
                exactly(length, REST);
                yield new Release(subchannel, positive(number, "a count"));
            }
            case 6 -> {
                exactly(length, REST + 24);
                long bytes = from.get(LONG, REST + 8);
                long descriptors = from.get(LONG, REST + 16);
                if (number < 1 || bytes < 1 || descriptors < 1 || descriptors > Integer.MAX_VALUE) {
                    throw new Malformed("credits that are none", "at least 1 of each");
                }
                yield new Granted(subchannel, from.get(LONG, REST), new Credits(number, bytes, (int) descriptors));
            }
            case 7 -> {
                exactly(length, REST + 8);
                yield new Closed(subchannel, from.get(LONG, REST));
            }
            case 8 -> {
                exactly(length, REST + 16);
                long bytes = from.get(LONG, REST);
                long descriptors = from.get(LONG, REST + 8);
                if (number < 0 || bytes < 0 || descriptors < 0 || descriptors > Integer.MAX_VALUE) {
                    throw new Malformed("credit that is taken away", "numbers from 0 on");
                }
                yield new Credit(subchannel, number, (int) descriptors, bytes);
            }
            case 9 -> {
                exactly(length, REST);
                yield new Undelivered(subchannel);
            }
            case 10 -> {
                if (number > MAX_TEXT) {
                    throw new Malformed("a text of " + number, "at most " + MAX_TEXT);
                }
                exactly(length, REST + positive(number, "a text of"));
                yield new Failure(new String(copy(from, REST, number), StandardCharsets.UTF_8));
            }
            default -> throw new Malformed("a frame of type " + type, "one from 1 to 10");
        };
    }

    /** Fields that a type has no use for are zero, so that a later version can give them one. */
    private static void ensureUnusedAreZero(int type, int small, int number, long subchannel) throws Malformed {
        boolean zero = switch (type) {
            case 1 -> subchannel == 0;
            case 3, 4, 7, 9 -> small == 0 && number == 0;
            case 5, 6, 8 -> small == 0;
            case 10 -> small == 0 && subchannel == 0;
            default -> true;
        };
        if (!zero) {
            throw new Malformed("a frame of type " + type + " with " + small + ", " + number + ", " + subchannel,
                    "0 where the type has no field");
        }
    }

    private static Message message(MemorySegment from, int length, int entries, int inMemory, long subchannel)
            throws Malformed {
        if (length < Message.ENTRIES || entries > Packet.MAX_DESCRIPTORS || (inMemory & ~1) != 0) {
            throw new Malformed("a message of " + length + " bytes and " + entries + " attachments, flags " + inMemory,
                    "a complete one");
        }
        List<Entry> found = entries == 0 ? List.of() : new ArrayList<>(entries);
        long at = Message.ENTRIES;
        for (int i = 0; i < entries; i++) {
            long text = at + ENTRY_TEXT;
            if (text > length) {
                throw new Malformed("a message that ends within its attachments", "all " + entries + " of them");
            }
            long end = text + Short.toUnsignedInt(from.get(SHORT, at + ENTRY_TEXT_LENGTH));
            if (end > length) {
                throw new Malformed("a message that ends within a name", "all of it");
            }
            found.add(entry(from, at, new String(copy(from, text, (int) (end - text)), StandardCharsets.UTF_8)));
            at = end;
        }
        long bodyLength = from.get(LONG, Message.BODY_LENGTH);
        long here = length - at;
        if (inMemory == 1 ? here != 0 || bodyLength < 1 || bodyLength > MAX_BODY : here != bodyLength) {
            throw new Malformed("a body of " + bodyLength + " bytes, " + here + " of them here", "all, or none");
        }
        return new Message(subchannel, inMemory == 1, bodyLength, found, copy(from, at, (int) here));
    }

    private static Entry entry(MemorySegment from, long at, String text) throws Malformed {
        int kind = from.get(ValueLayout.JAVA_BYTE, at + ENTRY_KIND);
        int detail = from.get(ValueLayout.JAVA_BYTE, at + ENTRY_DETAIL);
        long first = from.get(LONG, at + ENTRY_FIRST);
        long second = from.get(LONG, at + ENTRY_SECOND);
        if (kind == 1 && detail == 0 && first >= 0 && second == 0 && text.isEmpty()) {
            return new Entry.Memory(first);
        }
        if (kind == 2 && (detail & ~1) == 0 && first == 0 && second == 0) {
            return new Entry.Link(detail == 0 ? ResourceKind.SHARED_MEMORY : ResourceKind.MAPPED_FILE, text);
        }
        if (kind == 3 && (detail & ~1) == 0 && first > 0 && (detail == 1 || second == 0)
                && ADDRESS.matcher(text).matches()) {
            return new Entry.Sender(detail == 1, first, second, text);
        }
        throw new Malformed("attachment of kind " + kind + "/" + detail + " with " + first + ", " + second,
                "a region, link or sender");
    }

    private static long ticket(MemorySegment from, int length) throws Malformed {
        exactly(length, REST + 8);
        return from.get(LONG, REST);
    }

    private static void exactly(int length, long expected) throws Malformed {
        if (length != expected) {
            throw new Malformed("a frame of " + length + " bytes", expected + " for its type");
        }
    }

    private static int positive(int number, String what) throws Malformed {
        if (number < 1) {
            throw new Malformed(what + " " + number, "at least 1");
        }
        return number;
    }

    private static byte[] copy(MemorySegment from, long at, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, bytes, 0, length);
        return bytes;
    }
}
