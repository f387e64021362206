package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

import io.resourcelink.segment.ResourceKind;

import static io.resourcelink.internal.wire.FrameLayout.BODY_LENGTH;
import static io.resourcelink.internal.wire.FrameLayout.BYTE;
import static io.resourcelink.internal.wire.FrameLayout.ENTRIES;
import static io.resourcelink.internal.wire.FrameLayout.INT;
import static io.resourcelink.internal.wire.FrameLayout.LONG;
import static io.resourcelink.internal.wire.FrameLayout.REST;
import static io.resourcelink.internal.wire.FrameLayout.SHORT;

/** Writes frames into packets. */
public final class FrameEncoder {

    private FrameEncoder() {}

    /**
     * Writes a frame.
     *
     * @return its length in bytes
     */
    public static int encode(Frame frame, MemorySegment to) {
        return switch (frame) {
            case Frame.Hello(int version) -> begin(to, FrameLayout.HELLO, version, FrameLayout.MAGIC, 0);
            case Frame.Message message -> message(to, message);
            case Frame.Ticket(long subchannel, long ticket) -> ticket(to, FrameLayout.TICKET, subchannel, ticket);
            case Frame.Redeem(long subchannel, long ticket) -> ticket(to, FrameLayout.REDEEM, subchannel, ticket);
            case Frame.Release(long subchannel, int count) -> begin(to, FrameLayout.RELEASE, 0, count, subchannel);
            case Frame.Granted(long subchannel, long ticket, Allowance credits) -> {
                int at = number(to, begin(to, FrameLayout.GRANTED, 0, credits.messages(), subchannel), ticket);
                yield number(to, number(to, at, credits.bytes()), credits.descriptors());
            }
            case Frame.Closed(long subchannel, long ticket) -> ticket(to, FrameLayout.CLOSED, subchannel, ticket);
            case Frame.Credit(long subchannel, Allowance more) -> {
                int at = begin(to, FrameLayout.CREDIT, 0, more.messages(), subchannel);
                yield number(to, number(to, at, more.bytes()), more.descriptors());
            }
            case Frame.Undelivered(long subchannel) -> begin(to, FrameLayout.UNDELIVERED, 0, 0, subchannel);
            case Frame.Failure(String text) -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                int length = Math.min(bytes.length, Frame.MAX_TEXT);
                yield bytes(to, begin(to, FrameLayout.FAILURE, 0, length, 0), bytes, length);
            }
        };
    }

    private static int begin(MemorySegment to, int type, int small, int number, long subchannel) {
        to.set(BYTE, FrameLayout.TYPE, (byte) type);
        to.set(BYTE, FrameLayout.ZERO, (byte) 0);
        to.set(SHORT, FrameLayout.SMALL, (short) small);
        to.set(INT, FrameLayout.NUMBER, number);
        to.set(LONG, FrameLayout.SUBCHANNEL, subchannel);
        return (int) REST;
    }

    private static int ticket(MemorySegment to, int type, long subchannel, long ticket) {
        return number(to, begin(to, type, 0, 0, subchannel), ticket);
    }

    private static int number(MemorySegment to, int at, long number) {
        to.set(LONG, at, number);
        return at + 8;
    }

    private static int bytes(MemorySegment to, int at, byte[] bytes, int length) {
        MemorySegment.copy(bytes, 0, to, BYTE, at, length);
        return at + length;
    }

    private static int message(MemorySegment to, Frame.Message message) {
        begin(to, FrameLayout.MESSAGE, message.entries().size(), message.bodyInMemory() ? 1 : 0, message.subchannel());
        to.set(LONG, BODY_LENGTH, message.bodyLength());
        int at = (int) ENTRIES;
        for (Frame.Entry entry : message.entries()) {
            at = switch (entry) {
                case Frame.Entry.Memory(long size) -> entry(to, at, FrameLayout.MEMORY_ENTRY, 0, size, 0, "");
                case Frame.Entry.Link(ResourceKind kind, String key) -> entry(to, at, FrameLayout.LINK_ENTRY,
                        kind == ResourceKind.SHARED_MEMORY ? 0 : 1, 0, 0, key);
                case Frame.Entry.Sender(boolean alive, long subchannel, long ticket, String address) -> entry(to, at,
                        FrameLayout.SENDER_ENTRY, alive ? 1 : 0, subchannel, ticket, address);
            };
        }
        return bytes(to, at, message.body(), message.body().length);
    }

    private static int entry(MemorySegment to, int at, int kind, int detail, long first, long second, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.set(BYTE, at + FrameLayout.ENTRY_KIND, (byte) kind);
        to.set(BYTE, at + FrameLayout.ENTRY_DETAIL, (byte) detail);
        to.set(SHORT, at + FrameLayout.ENTRY_TEXT_LENGTH, (short) bytes.length);
        to.set(LONG, at + FrameLayout.ENTRY_FIRST, first);
        to.set(LONG, at + FrameLayout.ENTRY_SECOND, second);
        return bytes(to, (int) (at + FrameLayout.ENTRY_TEXT), bytes, bytes.length);
    }
}
