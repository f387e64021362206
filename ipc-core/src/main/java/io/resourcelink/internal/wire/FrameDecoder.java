package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.Frame.Malformed;
import io.resourcelink.segment.ResourceKind;

import static io.resourcelink.internal.wire.FrameLayout.BYTE;
import static io.resourcelink.internal.wire.FrameLayout.INT;
import static io.resourcelink.internal.wire.FrameLayout.LONG;
import static io.resourcelink.internal.wire.FrameLayout.REST;
import static io.resourcelink.internal.wire.FrameLayout.SHORT;

/** Reads frames from packets. Checks every field and trusts nothing. */
public final class FrameDecoder {

    private FrameDecoder() {}

    /**
     * Reads a frame.
     *
     * @throws Malformed if it does not follow the protocol
     */
    public static Frame decode(MemorySegment from, int length) throws Malformed {
        if (length < REST) {
            throw new Malformed("a packet of " + length + " bytes", "at least " + REST);
        }
        int type = from.get(BYTE, FrameLayout.TYPE);
        int small = Short.toUnsignedInt(from.get(SHORT, FrameLayout.SMALL));
        int number = from.get(INT, FrameLayout.NUMBER);
        long subchannel = from.get(LONG, FrameLayout.SUBCHANNEL);
        if (from.get(BYTE, FrameLayout.ZERO) != 0) {
            throw new Malformed("a reserved byte that is set", "0");
        }
        if (subchannel < 0) {
            throw new Malformed("subchannel " + subchannel, "a number from 0 on");
        }
        ensureUnusedAreZero(type, small, number, subchannel);
        return switch (type) {
            case FrameLayout.HELLO -> hello(length, small, number);
            case FrameLayout.MESSAGE -> message(from, length, small, number, subchannel);
            case FrameLayout.TICKET -> new Frame.Ticket(subchannel, ticket(from, length));
            case FrameLayout.REDEEM -> new Frame.Redeem(subchannel, ticket(from, length));
            case FrameLayout.RELEASE -> {
                exactly(length, REST);
                yield new Frame.Release(subchannel, positive(number, "a count"));
            }
            case FrameLayout.GRANTED -> granted(from, length, number, subchannel);
            case FrameLayout.CLOSED -> new Frame.Closed(subchannel, ticket(from, length));
            case FrameLayout.CREDIT -> credit(from, length, number, subchannel);
            case FrameLayout.UNDELIVERED -> {
                exactly(length, REST);
                yield new Frame.Undelivered(subchannel);
            }
            case FrameLayout.FAILURE -> failure(from, length, number);
            default -> throw new Malformed("a frame of type " + type, "one from 1 to 10");
        };
    }

    private static Frame hello(int length, int version, int magic) throws Malformed {
        exactly(length, REST);
        if (magic != FrameLayout.MAGIC) {
            throw new Malformed("a greeting in another language", "that of this library");
        }
        return new Frame.Hello(version);
    }

    private static Frame granted(MemorySegment from, int length, int messages, long subchannel) throws Malformed {
        exactly(length, REST + 24);
        long bytes = from.get(LONG, REST + 8);
        long descriptors = from.get(LONG, REST + 16);
        if (messages < 1 || bytes < 1 || descriptors < 1 || descriptors > Integer.MAX_VALUE) {
            throw new Malformed("credits below 1", "at least 1 of each");
        }
        return new Frame.Granted(subchannel, from.get(LONG, REST), new Allowance(messages, bytes, (int) descriptors));
    }

    private static Frame credit(MemorySegment from, int length, int messages, long subchannel) throws Malformed {
        exactly(length, REST + 16);
        long bytes = from.get(LONG, REST);
        long descriptors = from.get(LONG, REST + 8);
        if (messages < 0 || bytes < 0 || descriptors < 0 || descriptors > Integer.MAX_VALUE) {
            throw new Malformed("credit that is taken away", "numbers from 0 on");
        }
        return new Frame.Credit(subchannel, new Allowance(messages, bytes, (int) descriptors));
    }

    private static Frame failure(MemorySegment from, int length, int textLength) throws Malformed {
        if (textLength > Frame.MAX_TEXT) {
            throw new Malformed("a text of " + textLength, "at most " + Frame.MAX_TEXT);
        }
        exactly(length, REST + positive(textLength, "a text of"));
        return new Frame.Failure(new String(copy(from, REST, textLength), StandardCharsets.UTF_8));
    }

    /** Fields that a type does not use are zero, so that a later version can use them. */
    private static void ensureUnusedAreZero(int type, int small, int number, long subchannel) throws Malformed {
        boolean zero = switch (type) {
            case FrameLayout.HELLO -> subchannel == 0;
            case FrameLayout.TICKET, FrameLayout.REDEEM, FrameLayout.CLOSED, FrameLayout.UNDELIVERED ->
                small == 0 && number == 0;
            case FrameLayout.RELEASE, FrameLayout.GRANTED, FrameLayout.CREDIT -> small == 0;
            case FrameLayout.FAILURE -> small == 0 && subchannel == 0;
            default -> true;
        };
        if (!zero) {
            throw new Malformed("a frame of type " + type + " with " + small + ", " + number + ", " + subchannel,
                    "0 where the type has no field");
        }
    }

    private static Frame.Message message(MemorySegment from, int length, int entries, int inMemory, long subchannel)
            throws Malformed {
        if (length < FrameLayout.ENTRIES || entries > Packet.MAX_DESCRIPTORS || (inMemory & ~1) != 0) {
            throw new Malformed("a message of " + length + " bytes and " + entries + " attachments, flags " + inMemory,
                    "a complete one");
        }
        List<Entry> found = entries == 0 ? List.of() : new ArrayList<>(entries);
        long at = FrameLayout.ENTRIES;
        for (int i = 0; i < entries; i++) {
            long text = at + FrameLayout.ENTRY_TEXT;
            if (text > length) {
                throw new Malformed("a message that ends within its attachments", "all " + entries + " of them");
            }
            long end = text + Short.toUnsignedInt(from.get(SHORT, at + FrameLayout.ENTRY_TEXT_LENGTH));
            if (end > length) {
                throw new Malformed("a message that ends within a name", "all of it");
            }
            found.add(entry(from, at, new String(copy(from, text, (int) (end - text)), StandardCharsets.UTF_8)));
            at = end;
        }
        long bodyLength = from.get(LONG, FrameLayout.BODY_LENGTH);
        long here = length - at;
        if (inMemory == 1 ? here != 0 || bodyLength < 1 || bodyLength > Frame.MAX_BODY : here != bodyLength) {
            throw new Malformed("a body of " + bodyLength + " bytes, " + here + " of them here", "all, or none");
        }
        return new Frame.Message(subchannel, inMemory == 1, bodyLength, found, copy(from, at, (int) here));
    }

    private static Entry entry(MemorySegment from, long at, String text) throws Malformed {
        int kind = from.get(BYTE, at + FrameLayout.ENTRY_KIND);
        int detail = from.get(BYTE, at + FrameLayout.ENTRY_DETAIL);
        long first = from.get(LONG, at + FrameLayout.ENTRY_FIRST);
        long second = from.get(LONG, at + FrameLayout.ENTRY_SECOND);
        if (kind == FrameLayout.MEMORY_ENTRY && detail == 0 && first >= 0 && second == 0 && text.isEmpty()) {
            return new Entry.Memory(first);
        }
        if (kind == FrameLayout.LINK_ENTRY && (detail & ~1) == 0 && first == 0 && second == 0) {
            return new Entry.Link(detail == 0 ? ResourceKind.SHARED_MEMORY : ResourceKind.MAPPED_FILE, text);
        }
        if (kind == FrameLayout.SENDER_ENTRY && (detail & ~1) == 0 && first > 0 && (detail == 1 || second == 0)
                && Frame.ADDRESS.matcher(text).matches()) {
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
        MemorySegment.copy(from, BYTE, at, bytes, 0, length);
        return bytes;
    }
}
