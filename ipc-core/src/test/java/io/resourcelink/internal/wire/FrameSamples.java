package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.Frame.Parts;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.segment.ResourceKind;

/** A recorded image of each kind of frame, and what makes wrong ones of them. */
final class FrameSamples {

    static final long SUBCHANNEL = 0x0102030405060708L;
    static final long NUMBER = 0x8877665544332211L;
    static final String ADDRESS = "0123456789abcdef";
    static final byte[] NOTHING = {};
    static final Sample GREETING = new Sample("greeting", new Frame.Hello(2, 0, new Directories(NUMBER, 513)),
            """
                    01 00 0200 28000000 4950434800000000 0000000000000000
                    1122334455667788 0102000000000000""");
    static final Sample UNPLACED = new Sample("greeting of a channel without a factory",
            new Frame.Hello(2, 0, Directories.UNKNOWN), """
                    01 00 0200 28000000 4950434800000000 0000000000000000
                    0000000000000000 0000000000000000""");
    static final Sample EMPTY = new Sample("empty message", message(false, 0, List.of(), ""), """
            02 00 0000 34000000 0807060504030201 0700000000000000
            0000000000000000 0000000000000000 0000000000000000 00000000""");
    static final Sample SHORT = new Sample("short message", message(false, 3, List.of(), "abc"), """
            02 00 0000 37000000 0807060504030201 0700000000000000
            0000000000000000 0000000000000000 0300000000000000 00000000 616263""");
    static final Sample LONG = new Sample("message whose body is in memory",
            message(true, 70_000, List.of(), ""), """
                    02 01 0000 34000000 0807060504030201 0700000000000000
                    0000000000000000 0000000000000000 7011010000000000 00000000""");
    static final Sample REQUEST = new Sample("request with headers and age",
            new Frame.Message(SUBCHANNEL, 7, true, 1_000_000, 2_000_000_000,
                    new Parts(new byte[]{ 0, 1, 'n', 5, 0, 0, 0, 9 }, List.of(), false, 2, bytes("hi"))),
            """
                    02 02 0000 3e000000 0807060504030201 0700000000000000
                    40420f0000000000 0094357700000000 0200000000000000 08000000 00016e0500000009 6869""");
    static final Sample FULL = new Sample("message with one of each attachment",
            message(false, 2, List.of(new Entry.Memory(4096), new Entry.Memory(0),
                    new Entry.Link(ResourceKind.SHARED_MEMORY, "frame", 4160),
                    new Entry.Link(ResourceKind.MAPPED_FILE, "ü", 64),
                    new Entry.Sender(true, 5, NUMBER, ADDRESS), new Entry.Sender(false, 6, 0, ADDRESS)), "hi"),
            """
                    02 00 0600 d5000000 0807060504030201 0700000000000000
                    0000000000000000 0000000000000000 0200000000000000 00000000
                    01 00 0000 0010000000000000 0000000000000000
                    01 00 0000 0000000000000000 0000000000000000
                    02 00 0500 4010000000000000 0000000000000000 6672616d65
                    02 01 0200 4000000000000000 0000000000000000 c3bc
                    03 01 1000 0500000000000000 1122334455667788 30313233343536373839616263646566
                    03 00 1000 0600000000000000 0000000000000000 30313233343536373839616263646566
                    6869""");
    static final Sample RECYCLED = new Sample("message with recycled memory",
            message(false, 0, List.of(new Entry.Memory(4097, true)), ""), """
                    02 00 0100 48000000 0807060504030201 0700000000000000
                    0000000000000000 0000000000000000 0000000000000000 00000000
                    01 01 0000 0110000000000000 0000000000000000
                    """);
    static final Sample CAUTIOUS = new Sample("greeting of a side that takes immutable memory only",
            Frame.Hello.ours(Directories.UNKNOWN, true), """
                    01 00 0200 28000000 4950434800000000 0100000000000000
                    0000000000000000 0000000000000000""");
    static final Sample REPLY = new Sample("reply", new Frame.Reply(SUBCHANNEL, 7, ReplyKind.RESULT, 6,
            new Parts(NOTHING, List.of(), false, 2, bytes("ok"))), """
                    0e 00 0000 2e000000 0807060504030201 0700000000000000
                    0600000000000000 0200000000000000 00000000 6f6b""");
    static final Sample NO_RESULT = new Sample("reply without a result",
            new Frame.Reply(SUBCHANNEL, 7, ReplyKind.EMPTY, 7, new Parts(NOTHING, List.of(), false, 0, NOTHING)), """
                    0e 04 0000 2c000000 0807060504030201 0700000000000000
                    0700000000000000 0000000000000000 00000000""");
    static final Sample FAILED = new Sample("failed reply",
            new Frame.Reply(SUBCHANNEL, 7, ReplyKind.FAILURE, 0,
                    new Parts(new byte[]{ 0, 1, 'n', 2, 1 }, List.of(), false, 0, NOTHING)),
            """
                    0e 02 0000 31000000 0807060504030201 0700000000000000
                    0000000000000000 0000000000000000 05000000 00016e0201""");
    static final Sample TICKET = new Sample("ticket", new Frame.Ticket(SUBCHANNEL, NUMBER),
            "03 00 0000 18000000 0807060504030201 1122334455667788");
    static final Sample REDEEM = new Sample("redeem", new Frame.Redeem(SUBCHANNEL, NUMBER),
            "04 00 0000 18000000 0807060504030201 1122334455667788");
    static final Sample RELEASE = new Sample("release", new Frame.Release(SUBCHANNEL, 513),
            "05 00 0000 18000000 0807060504030201 0102000000000000");
    static final Sample GRANTED = new Sample("granted",
            new Frame.Granted(SUBCHANNEL, NUMBER, new Allowance(1024, 16L << 20, 256)), """
                    06 00 0000 30000000 0807060504030201 1122334455667788
                    0004000000000000 0000000100000000 0001000000000000""");
    static final Sample CLOSED = new Sample("closed", new Frame.Closed(SUBCHANNEL, NUMBER),
            "07 00 0000 18000000 0807060504030201 1122334455667788");
    static final Sample CREDIT = new Sample("credit",
            new Frame.Credit(SUBCHANNEL, 513, new Allowance(512, 65_536, 3)), """
                    08 00 0000 30000000 0807060504030201 0102000000000000
                    0002000000000000 0000010000000000 0300000000000000""");
    static final Sample UNDELIVERED = new Sample("undelivered", new Frame.Undelivered(SUBCHANNEL, 513),
            "09 00 0000 18000000 0807060504030201 0102000000000000");
    static final Sample FAILURE = new Sample("failure", new Frame.Failure("naïve"),
            "0a 00 0000 1e000000 0000000000000000 0000000000000000 6e61c3af7665");
    static final Sample STOP = new Sample("stop", new Frame.Stop(SUBCHANNEL),
            "0b 00 0000 18000000 0807060504030201 0000000000000000");
    static final Sample STOPPED = new Sample("stopped", new Frame.Stopped(SUBCHANNEL, 513),
            "0c 00 0000 18000000 0807060504030201 0102000000000000");
    static final Sample UNHANDLED = new Sample("unhandled", new Frame.Unhandled(SUBCHANNEL, 513, 515),
            "0d 00 0000 20000000 0807060504030201 0102000000000000 0302000000000000");
    static final Sample CANCEL = new Sample("cancel", new Frame.Cancel(SUBCHANNEL, 513),
            "0f 00 0000 18000000 0807060504030201 0102000000000000");
    static final Sample MISSED = new Sample("missed", new Frame.Missed(SUBCHANNEL, 513),
            "10 00 0000 18000000 0807060504030201 0102000000000000");
    static final List<Sample> SAMPLES = List.of(GREETING, UNPLACED, EMPTY, SHORT, LONG, REQUEST, FULL, RECYCLED,
            CAUTIOUS, REPLY, NO_RESULT, FAILED, TICKET, REDEEM, RELEASE, GRANTED, CLOSED, CREDIT, UNDELIVERED, FAILURE,
            STOP, STOPPED, UNHANDLED, CANCEL, MISSED);

    private FrameSamples() {}

    record Sample(String name, Frame frame, String hex) {

        byte[] image() {
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        }

        /** The image with something else in it. */
        Wrong with(String what, Consumer<ByteBuffer> change) {
            byte[] image = image();
            change.accept(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN));
            return new Wrong(name + " with " + what, image);
        }

        /** The image, cut off or with zeros behind it. */
        Wrong of(int length) {
            return new Wrong(name + " of " + length + " bytes", Arrays.copyOf(image(), length));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Wrong(String name, byte[] image) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Frame.Message message(boolean inMemory, long length, List<Entry> entries, String body) {
        return new Frame.Message(SUBCHANNEL, 7, false, 0, 0,
                new Parts(NOTHING, entries, inMemory, length, bytes(body)));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] encoded(Frame frame) {
        byte[] packet = new byte[Packet.MAX_SIZE];
        Arrays.fill(packet, (byte) 0xEE);
        return Arrays.copyOf(packet, FrameEncoder.encode(frame, MemorySegment.ofArray(packet), 0));
    }

    /** Decodes from memory that ends with the image, so that reading beyond it fails. */
    static Frame decoded(byte[] image) throws Frame.Malformed {
        List<Frame> frames = FrameDecoder.decode(MemorySegment.ofArray(image), image.length);
        if (frames.size() != 1) {
            throw new Frame.Malformed(frames.size() + " frames", "one");
        }
        return frames.getFirst();
    }
}
