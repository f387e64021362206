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
        MemorySegment to = packet.asSlice(at);
        int length = switch (frame) {
            case Frame.Hello hello -> hello(to, hello);
            case Frame.Message message -> message(to, message);
            case Frame.Reply reply -> reply(to, reply);
            case Frame.Ticket(long subchannel, long ticket) -> number(to, FrameLayout.TICKET, subchannel, ticket);
            case Frame.Redeem(long subchannel, long ticket) -> number(to, FrameLayout.REDEEM, subchannel, ticket);
            case Frame.Release(long subchannel, int count) -> number(to, FrameLayout.RELEASE, subchannel, count);
            case Frame.Granted(long subchannel, long ticket, Allowance credits) -> allowance(to, FrameLayout.GRANTED,
                    subchannel, ticket, credits);
            case Frame.Closed(long subchannel, long ticket) -> number(to, FrameLayout.CLOSED, subchannel, ticket);
            case Frame.Credit(long subchannel, long through, Allowance more) -> allowance(to, FrameLayout.CREDIT,
                    subchannel, through, more);
            case Frame.Undelivered(long subchannel, long number) -> number(to, FrameLayout.UNDELIVERED, subchannel,
                    number);
            case Frame.Stop(long subchannel) -> number(to, FrameLayout.STOP, subchannel, 0);
            case Frame.Stopped(long subchannel, long last) -> number(to, FrameLayout.STOPPED, subchannel, last);
            case Frame.Unhandled(long subchannel, long first, long last) -> {
                int end = number(to, FrameLayout.UNHANDLED, subchannel, first);
                to.set(LONG, end, last);
                yield end + 8;
            }
            case Frame.Cancel(long subchannel, long number) -> number(to, FrameLayout.CANCEL, subchannel, number);
            case Frame.Missed(long subchannel, int count) -> number(to, FrameLayout.MISSED, subchannel, count);
            case Frame.Failure(String text) -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                int end = begin(to, FrameLayout.FAILURE, 0, 0, 0, 0);
                yield bytes(to, end, bytes, Math.min(bytes.length, Frame.MAX_TEXT));
            }
        };
        to.set(INT, FrameLayout.LENGTH, length);
        return at + length;
    }

    private static int begin(MemorySegment to, int type, int flags, int small, long subchannel, long number) {
        to.set(BYTE, FrameLayout.TYPE, (byte) type);
        to.set(BYTE, FrameLayout.FLAGS, (byte) flags);
        to.set(SHORT, FrameLayout.SMALL, (short) small);
        to.set(LONG, FrameLayout.SUBCHANNEL, subchannel);
        to.set(LONG, FrameLayout.NUMBER, number);
        return (int) REST;
    }

    private static int hello(MemorySegment to, Frame.Hello hello) {
        begin(to, FrameLayout.HELLO, 0, hello.version(), FrameLayout.MAGIC, hello.features());
        to.set(LONG, FrameLayout.HELLO_SHARED_MEMORY, hello.directories().sharedMemory());
        to.set(LONG, FrameLayout.HELLO_MAPPED_FILES, hello.directories().mappedFiles());
        return (int) FrameLayout.HELLO_END;
    }

    private static int number(MemorySegment to, int type, long subchannel, long number) {
        return begin(to, type, 0, 0, subchannel, number);
    }

    private static int allowance(MemorySegment to, int type, long subchannel, long number, Allowance allowance) {
        int at = number(to, type, subchannel, number);
        to.set(LONG, at, allowance.messages());
        to.set(LONG, at + 8, allowance.bytes());
        to.set(LONG, at + 16, allowance.descriptors());
        return at + 24;
    }

    private static int message(MemorySegment to, Frame.Message message) {
        Frame.Parts parts = message.parts();
        begin(to, FrameLayout.MESSAGE, flags(parts) | (message.wantsReply() ? FrameLayout.WANTS_REPLY : 0),
                parts.entries().size(), message.subchannel(), message.number());
        to.set(LONG, FrameLayout.MESSAGE_BORN, message.born());
        to.set(LONG, FrameLayout.MESSAGE_MAX_AGE, message.maxAge());
        return parts(to, (int) FrameLayout.MESSAGE_PARTS, parts);
    }

    private static int reply(MemorySegment to, Frame.Reply reply) {
        Frame.Parts parts = reply.parts();
        int kind = switch (reply.kind()) {
            case RESULT -> 0;
            case EMPTY -> FrameLayout.NO_RESULT;
            case FAILURE -> FrameLayout.FAILED;
        };
        begin(to, FrameLayout.REPLY, flags(parts) | kind, parts.entries().size(), reply.subchannel(), reply.number());
        to.set(LONG, FrameLayout.REPLY_THROUGH, reply.through());
        return parts(to, (int) FrameLayout.REPLY_PARTS, parts);
    }

    private static int flags(Frame.Parts parts) {
        return parts.bodyInMemory() ? FrameLayout.BODY_IN_MEMORY : 0;
    }

    private static int parts(MemorySegment to, int begin, Frame.Parts parts) {
        to.set(LONG, begin + FrameLayout.BODY_LENGTH, parts.bodyLength());
        to.set(INT, begin + FrameLayout.HEADERS_LENGTH, parts.headers().length);
        int at = (int) (begin + FrameLayout.ENTRIES);
        for (Frame.Entry entry : parts.entries()) {
            at = switch (entry) {
                case Frame.Entry.Memory(long size, boolean recycled) -> entry(to, at, FrameLayout.MEMORY_ENTRY,
                        recycled ? 1 : 0, size, 0, "");
                case Frame.Entry.Link(ResourceKind kind, String key, long size) -> entry(to, at, FrameLayout.LINK_ENTRY,
                        kind == ResourceKind.SHARED_MEMORY ? 0 : 1, size, 0, key);
                case Frame.Entry.Sender(boolean alive, long subchannel, long ticket, String address) -> entry(to, at,
                        FrameLayout.SENDER_ENTRY, alive ? 1 : 0, subchannel, ticket, address);
            };
        }
        at = bytes(to, at, parts.headers(), parts.headers().length);
        return bytes(to, at, parts.body(), parts.body().length);
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

    private static int bytes(MemorySegment to, int at, byte[] bytes, int length) {
        MemorySegment.copy(bytes, 0, to, BYTE, at, length);
        return at + length;
    }
}
