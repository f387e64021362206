package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.Frame.Malformed;
import io.resourcelink.internal.wire.Frame.Parts;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.segment.ResourceKind;

import static io.resourcelink.internal.wire.FrameLayout.BYTE;
import static io.resourcelink.internal.wire.FrameLayout.INT;
import static io.resourcelink.internal.wire.FrameLayout.LONG;
import static io.resourcelink.internal.wire.FrameLayout.REST;
import static io.resourcelink.internal.wire.FrameLayout.SHORT;

/** Reads frames from packets. Checks every field and trusts nothing. */
public final class FrameDecoder {

    /** The most memory that one message can claim to carry. More cannot exist, and sums of it do not overflow. */
    private static final long MAX_MEMORY = Long.MAX_VALUE / (2 * Packet.MAX_DESCRIPTORS);

    private FrameDecoder() {}

    /**
     * Reads a packet.
     *
     * @return its frames
     * @throws Malformed if it does not follow the protocol
     */
    public static List<Frame> decode(MemorySegment from, int length) throws Malformed {
        if (length < REST) {
            throw new Malformed("a packet of " + length + " bytes", "at least " + REST);
        }
        int first = length(from, 0, length);
        Frame frame = frame(from.asSlice(0, first), first);
        if (FrameLayout.aligned(first) >= length) {
            return List.of(frame);
        }
        List<Frame> frames = new ArrayList<>();
        frames.add(frame);
        for (int at = FrameLayout.aligned(first); at < length;) {
            int next = length(from, at, length);
            frames.add(frame(from.asSlice(at, next), next));
            at = FrameLayout.aligned(at + next);
        }
        return frames;
    }

    private static int length(MemorySegment from, int at, int end) throws Malformed {
        int left = end - at;
        int length = left < REST ? 0 : from.get(INT, at + FrameLayout.LENGTH);
        if (length < REST || length > left) {
            throw new Malformed("a frame of " + length + " bytes where " + left + " are left", "a complete one");
        }
        return length;
    }

    private static Frame frame(MemorySegment from, int length) throws Malformed {
        int type = from.get(BYTE, FrameLayout.TYPE);
        int flags = from.get(BYTE, FrameLayout.FLAGS) & FrameLayout.STRICT_FLAGS;
        int small = Short.toUnsignedInt(from.get(SHORT, FrameLayout.SMALL));
        long subchannel = from.get(LONG, FrameLayout.SUBCHANNEL);
        long number = from.get(LONG, FrameLayout.NUMBER);
        if (subchannel < 0) {
            throw new Malformed("subchannel " + subchannel, "a number from 0 on");
        }
        switch (type) {
            case FrameLayout.MESSAGE -> {
                return message(from, length, flags, small, subchannel, number);
            }
            case FrameLayout.REPLY -> {
                return reply(from, length, flags, small, subchannel, number);
            }
            default -> {
                if (flags != 0 || (small != 0 && type != FrameLayout.HELLO)) {
                    throw new Malformed("a frame of type " + type + " with " + flags + ", " + small,
                            "0 where the type has no field");
                }
            }
        }
        return switch (type) {
            case FrameLayout.HELLO -> hello(from, length, small, subchannel, number);
            case FrameLayout.TICKET -> new Frame.Ticket(subchannel, plain(length, number));
            case FrameLayout.REDEEM -> new Frame.Redeem(subchannel, plain(length, number));
            case FrameLayout.RELEASE -> new Frame.Release(subchannel, count(plain(length, number)));
            case FrameLayout.GRANTED -> new Frame.Granted(subchannel, number, allowance(from, length, 1));
            case FrameLayout.CLOSED -> new Frame.Closed(subchannel, plain(length, number));
            case FrameLayout.CREDIT -> new Frame.Credit(subchannel, from(0, number), allowance(from, length, 0));
            case FrameLayout.UNDELIVERED -> new Frame.Undelivered(subchannel, from(1, plain(length, number)));
            case FrameLayout.STOP -> new Frame.Stop(unnumbered(subchannel, plain(length, number)));
            case FrameLayout.STOPPED -> new Frame.Stopped(subchannel, from(0, plain(length, number)));
            case FrameLayout.UNHANDLED -> unhandled(from, length, subchannel, number);
            case FrameLayout.CANCEL -> new Frame.Cancel(subchannel, from(1, plain(length, number)));
            case FrameLayout.MISSED -> new Frame.Missed(subchannel, count(plain(length, number)));
            case FrameLayout.FAILURE -> failure(from, length, subchannel, number);
            default -> throw new Malformed("a frame of type " + type, "one from 1 to 16");
        };
    }

    private static Frame hello(MemorySegment from, int length, int version, long magic, long features)
            throws Malformed {
        exactly(length, FrameLayout.HELLO_END);
        if (magic != FrameLayout.MAGIC) {
            throw new Malformed("a greeting in another language", "that of this library");
        }
        return new Frame.Hello(version, features, new Directories(from.get(LONG, FrameLayout.HELLO_SHARED_MEMORY),
                from.get(LONG, FrameLayout.HELLO_MAPPED_FILES)));
    }

    private static Frame unhandled(MemorySegment from, int length, long subchannel, long first) throws Malformed {
        exactly(length, REST + 8);
        long last = from.get(LONG, REST);
        if (first < 1 || last < first) {
            throw new Malformed("messages " + first + " to " + last, "numbers in order, from 1 on");
        }
        return new Frame.Unhandled(subchannel, first, last);
    }

    private static Frame failure(MemorySegment from, int length, long subchannel, long number) throws Malformed {
        int text = (int) (length - REST);
        if (text < 1 || text > Frame.MAX_TEXT || subchannel != 0 || number != 0) {
            throw new Malformed("a failure with a text of " + text, "at least 1, at most " + Frame.MAX_TEXT);
        }
        return new Frame.Failure(new String(copy(from, REST, text), StandardCharsets.UTF_8));
    }

    private static Allowance allowance(MemorySegment from, int length, int least) throws Malformed {
        exactly(length, REST + 24);
        long messages = from.get(LONG, REST);
        long bytes = from.get(LONG, REST + 8);
        long descriptors = from.get(LONG, REST + 16);
        if (messages < least || messages > Integer.MAX_VALUE || bytes < least || descriptors < least
                || descriptors > Integer.MAX_VALUE) {
            throw new Malformed("credit of " + messages + " messages, " + bytes + " bytes, " + descriptors
                    + " descriptors", "at least " + least + " of each");
        }
        return new Allowance((int) messages, bytes, (int) descriptors);
    }

    private static Frame message(MemorySegment from, int length, int flags, int entries, long subchannel, long number)
            throws Malformed {
        known(flags, FrameLayout.BODY_IN_MEMORY | FrameLayout.WANTS_REPLY);
        if (length < FrameLayout.MESSAGE_PARTS) {
            throw new Malformed("a message of " + length + " bytes", "a complete one");
        }
        long born = from.get(LONG, FrameLayout.MESSAGE_BORN);
        long maxAge = from.get(LONG, FrameLayout.MESSAGE_MAX_AGE);
        if (maxAge < 0) {
            throw new Malformed("a maximal age of " + maxAge, "a number from 0 on");
        }
        return new Frame.Message(subchannel, from(1, number), (flags & FrameLayout.WANTS_REPLY) != 0, born, maxAge,
                parts(from, length, FrameLayout.MESSAGE_PARTS, flags, entries));
    }

    private static Frame reply(MemorySegment from, int length, int flags, int entries, long subchannel, long number)
            throws Malformed {
        known(flags, FrameLayout.BODY_IN_MEMORY | FrameLayout.FAILED | FrameLayout.NO_RESULT);
        if (length < FrameLayout.REPLY_PARTS) {
            throw new Malformed("a reply of " + length + " bytes", "a complete one");
        }
        ReplyKind kind = switch (flags & ~FrameLayout.BODY_IN_MEMORY) {
            case 0 -> ReplyKind.RESULT;
            case FrameLayout.FAILED -> ReplyKind.FAILURE;
            case FrameLayout.NO_RESULT -> ReplyKind.EMPTY;
            default -> throw new Malformed("a reply that failed and has no result", "one of the two");
        };
        return new Frame.Reply(subchannel, from(1, number), kind, from(0, from.get(LONG, FrameLayout.REPLY_THROUGH)),
                parts(from, length, FrameLayout.REPLY_PARTS, flags, entries));
    }

    private static Parts parts(MemorySegment from, int length, long begin, int flags, int entries) throws Malformed {
        long at = begin + FrameLayout.ENTRIES;
        if (length < at || entries > Packet.MAX_DESCRIPTORS) {
            throw new Malformed("a message of " + length + " bytes and " + entries + " attachments", "a complete one");
        }
        List<Entry> found = entries == 0 ? List.of() : new ArrayList<>(entries);
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
        int headers = from.get(INT, begin + FrameLayout.HEADERS_LENGTH);
        if (headers < 0 || headers > Frame.MAX_HEADERS || headers > length - at) {
            throw new Malformed("headers of " + headers + " bytes", "at most " + Frame.MAX_HEADERS + ", all of them");
        }
        boolean inMemory = (flags & FrameLayout.BODY_IN_MEMORY) != 0;
        long bodyLength = from.get(LONG, begin + FrameLayout.BODY_LENGTH);
        long here = length - at - headers;
        if (inMemory ? here != 0 || bodyLength < 1 || bodyLength > Frame.MAX_BODY : here != bodyLength) {
            throw new Malformed("a body of " + bodyLength + " bytes, " + here + " of them here", "all, or none");
        }
        return new Parts(copy(from, at, headers), found, inMemory, bodyLength,
                copy(from, at + headers, (int) here));
    }

    private static Entry entry(MemorySegment from, long at, String text) throws Malformed {
        int kind = from.get(BYTE, at + FrameLayout.ENTRY_KIND);
        int detail = from.get(BYTE, at + FrameLayout.ENTRY_DETAIL);
        long first = from.get(LONG, at + FrameLayout.ENTRY_FIRST);
        long second = from.get(LONG, at + FrameLayout.ENTRY_SECOND);
        boolean sized = first >= 0 && first <= MAX_MEMORY && second == 0;
        if (kind == FrameLayout.MEMORY_ENTRY && (detail == 0 || (detail == 1 && first > 0)) && sized
                && text.isEmpty()) {
            return new Entry.Memory(first, detail == 1);
        }
        if (kind == FrameLayout.LINK_ENTRY && (detail & ~1) == 0 && sized) {
            return new Entry.Link(detail == 0 ? ResourceKind.SHARED_MEMORY : ResourceKind.MAPPED_FILE, text, first);
        }
        if (kind == FrameLayout.SENDER_ENTRY && (detail & ~1) == 0 && first > 0 && (detail == 1 || second == 0)
                && Frame.ADDRESS.matcher(text).matches()) {
            return new Entry.Sender(detail == 1, first, second, text);
        }
        throw new Malformed("attachment of kind " + kind + "/" + detail + " with " + first + ", " + second,
                "a region, link or sender");
    }

    private static void known(int flags, int known) throws Malformed {
        if ((flags & ~known) != 0) {
            throw new Malformed("flags " + flags, "only " + known);
        }
    }

    /** The number of a frame that has no other field. */
    private static long plain(int length, long number) throws Malformed {
        exactly(length, REST);
        return number;
    }

    private static long unnumbered(long subchannel, long number) throws Malformed {
        if (number != 0) {
            throw new Malformed("a stop with number " + number, "0 where the type has no field");
        }
        return subchannel;
    }

    private static void exactly(int length, long expected) throws Malformed {
        if (length != expected) {
            throw new Malformed("a frame of " + length + " bytes", expected + " for its type");
        }
    }

    private static long from(int least, long number) throws Malformed {
        if (number < least) {
            throw new Malformed("number " + number, "at least " + least);
        }
        return number;
    }

    private static int count(long number) throws Malformed {
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw new Malformed("a count of " + number, "at least 1");
        }
        return (int) number;
    }

    private static byte[] copy(MemorySegment from, long at, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(from, BYTE, at, bytes, 0, length);
        return bytes;
    }
}
