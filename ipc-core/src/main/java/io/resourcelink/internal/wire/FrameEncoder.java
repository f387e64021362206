package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

import io.resourcelink.segment.ResourceKind;

import static io.resourcelink.internal.wire.FrameLayout.BYTE;
import static io.resourcelink.internal.wire.FrameLayout.INT;
import static io.resourcelink.internal.wire.FrameLayout.LONG;
import static io.resourcelink.internal.wire.FrameLayout.REST;
import static io.resourcelink.internal.wire.FrameLayout.SHORT;

/** Writes frames into packets. */
final class FrameEncoder {

    private FrameEncoder() {}

    /**
     * Writes a frame.
     *
     * @param at where it begins, a multiple of 8
     * @return where it ends; {@link FrameLayout#aligned} says where the next one begins
     */
    static int encode(Frame frame, MemorySegment packet, int at) {
        int end = switch (frame) {
            case Frame.Hello hello -> hello(packet, at, hello);
            case Frame.Message message -> message(packet, at, message);
            case Frame.Reply reply -> reply(packet, at, reply);
            case Frame.Ticket(long subchannel, long ticket) ->
                number(packet, at, FrameLayout.TICKET, subchannel, ticket);
            case Frame.Redeem(long subchannel, long ticket) ->
                number(packet, at, FrameLayout.REDEEM, subchannel, ticket);
            case Frame.Release(long subchannel, int count) ->
                number(packet, at, FrameLayout.RELEASE, subchannel, count);
            case Frame.Granted(long subchannel, long ticket, Allowance credits) -> allowance(packet, at,
                    FrameLayout.GRANTED, subchannel, ticket, credits);
            case Frame.Closed(long subchannel, long ticket) ->
                number(packet, at, FrameLayout.CLOSED, subchannel, ticket);
            case Frame.Credit(long subchannel, long through, Allowance more) ->
                allowance(packet, at, FrameLayout.CREDIT,
                        subchannel, through, more);
            case Frame.Undelivered(long subchannel, long number) ->
                number(packet, at, FrameLayout.UNDELIVERED, subchannel,
                        number);
            case Frame.Stop(long subchannel) -> number(packet, at, FrameLayout.STOP, subchannel, 0);
            case Frame.Stopped(long subchannel, long last) -> number(packet, at, FrameLayout.STOPPED, subchannel, last);
            case Frame.Unhandled(long subchannel, long first, long last) -> {
                int rest = number(packet, at, FrameLayout.UNHANDLED, subchannel, first);
                packet.set(LONG, rest, last);
                yield rest + 8;
            }
            case Frame.Cancel(long subchannel, long number) ->
                number(packet, at, FrameLayout.CANCEL, subchannel, number);
            case Frame.Missed(long subchannel, int count) -> number(packet, at, FrameLayout.MISSED, subchannel, count);
            case Frame.Failure(String text) -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                int rest = begin(packet, at, FrameLayout.FAILURE, 0, 0, 0, 0);
                yield bytes(packet, rest, bytes, Math.min(bytes.length, Frame.MAX_TEXT));
            }
        };
        packet.set(INT, at + FrameLayout.LENGTH, end - at);
        return end;
    }

    /** Writes what all frames begin with. Returns where the rest is, as each of the methods below returns where what it has written ends. */
    private static int begin(MemorySegment packet, int at, int type, int flags, int small, long subchannel,
            long number) {
        packet.set(BYTE, at + FrameLayout.TYPE, (byte) type);
        packet.set(BYTE, at + FrameLayout.FLAGS, (byte) flags);
        packet.set(SHORT, at + FrameLayout.SMALL, (short) small);
        packet.set(LONG, at + FrameLayout.SUBCHANNEL, subchannel);
        packet.set(LONG, at + FrameLayout.NUMBER, number);
        return (int) (at + REST);
    }

    private static int hello(MemorySegment packet, int at, Frame.Hello hello) {
        begin(packet, at, FrameLayout.HELLO, 0, hello.version(), FrameLayout.MAGIC, hello.features());
        packet.set(LONG, at + FrameLayout.HELLO_SHARED_MEMORY, hello.directories().sharedMemory());
        packet.set(LONG, at + FrameLayout.HELLO_MAPPED_FILES, hello.directories().mappedFiles());
        return (int) (at + FrameLayout.HELLO_END);
    }

    private static int number(MemorySegment packet, int at, int type, long subchannel, long number) {
        return begin(packet, at, type, 0, 0, subchannel, number);
    }

    private static int allowance(MemorySegment packet, int at, int type, long subchannel, long number,
            Allowance allowance) {
        int rest = number(packet, at, type, subchannel, number);
        packet.set(LONG, rest, allowance.messages());
        packet.set(LONG, rest + 8, allowance.bytes());
        packet.set(LONG, rest + 16, allowance.descriptors());
        return rest + 24;
    }

    private static int message(MemorySegment packet, int at, Frame.Message message) {
        Frame.Parts parts = message.parts();
        begin(packet, at, FrameLayout.MESSAGE, flags(parts) | (message.wantsReply() ? FrameLayout.WANTS_REPLY : 0),
                parts.entries().size(), message.subchannel(), message.number());
        packet.set(LONG, at + FrameLayout.MESSAGE_BORN, message.born());
        packet.set(LONG, at + FrameLayout.MESSAGE_MAX_AGE, message.maxAge());
        return parts(packet, (int) (at + FrameLayout.MESSAGE_PARTS), parts);
    }

    private static int reply(MemorySegment packet, int at, Frame.Reply reply) {
        Frame.Parts parts = reply.parts();
        int kind = switch (reply.kind()) {
            case RESULT -> 0;
            case EMPTY -> FrameLayout.NO_RESULT;
            case FAILURE -> FrameLayout.FAILED;
        };
        begin(packet, at, FrameLayout.REPLY, flags(parts) | kind, parts.entries().size(), reply.subchannel(),
                reply.number());
        packet.set(LONG, at + FrameLayout.REPLY_THROUGH, reply.through());
        return parts(packet, (int) (at + FrameLayout.REPLY_PARTS), parts);
    }

    private static int flags(Frame.Parts parts) {
        return parts.bodyInMemory() ? FrameLayout.BODY_IN_MEMORY : 0;
    }

    private static int parts(MemorySegment packet, int begin, Frame.Parts parts) {
        packet.set(LONG, begin + FrameLayout.BODY_LENGTH, parts.bodyLength());
        packet.set(INT, begin + FrameLayout.HEADERS_LENGTH, parts.headers().length);
        int at = (int) (begin + FrameLayout.ENTRIES);
        for (Frame.Entry entry : parts.entries()) {
            at = switch (entry) {
                case Frame.Entry.Memory(long size, boolean recycled) -> entry(packet, at, FrameLayout.MEMORY_ENTRY,
                        recycled ? 1 : 0, size, 0, "");
                case Frame.Entry.Link(ResourceKind kind, String key, long size) -> entry(packet, at,
                        FrameLayout.LINK_ENTRY, kind == ResourceKind.SHARED_MEMORY ? 0 : 1, size, 0, key);
                case Frame.Entry.Sender(boolean alive, long subchannel, long ticket, String address) ->
                    entry(packet, at,
                            FrameLayout.SENDER_ENTRY, alive ? 1 : 0, subchannel, ticket, address);
            };
        }
        at = bytes(packet, at, parts.headers(), parts.headers().length);
        return bytes(packet, at, parts.body(), parts.body().length);
    }

    private static int entry(MemorySegment packet, int at, int kind, int detail, long first, long second, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        packet.set(BYTE, at + FrameLayout.ENTRY_KIND, (byte) kind);
        packet.set(BYTE, at + FrameLayout.ENTRY_DETAIL, (byte) detail);
        packet.set(SHORT, at + FrameLayout.ENTRY_TEXT_LENGTH, (short) bytes.length);
        packet.set(LONG, at + FrameLayout.ENTRY_FIRST, first);
        packet.set(LONG, at + FrameLayout.ENTRY_SECOND, second);
        return bytes(packet, (int) (at + FrameLayout.ENTRY_TEXT), bytes, bytes.length);
    }

    private static int bytes(MemorySegment packet, int at, byte[] bytes, int length) {
        MemorySegment.copy(bytes, 0, packet, BYTE, at, length);
        return at + length;
    }
}
