package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.Frame.Parts;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The protocol, by literal offsets and recorded images, so that no refactoring can move a field. */
@Tag("slow")
class FrameTest {

    private static final long SUBCHANNEL = 0x0102030405060708L;
    private static final long NUMBER = 0x8877665544332211L;
    private static final String ADDRESS = "0123456789abcdef";
    private static final byte[] NOTHING = {};

    private static final Sample GREETING = new Sample("greeting", new Frame.Hello(2, 0, new Directories(NUMBER, 513)),
            """
                    01 00 0200 28000000 4950434800000000 0000000000000000
                    1122334455667788 0102000000000000""");
    private static final Sample UNPLACED = new Sample("greeting of a channel without a factory",
            new Frame.Hello(2, 0, Directories.UNKNOWN), """
                    01 00 0200 28000000 4950434800000000 0000000000000000
                    0000000000000000 0000000000000000""");
    private static final Sample EMPTY = new Sample("empty message", message(false, 0, List.of(), ""), """
            02 00 0000 34000000 0807060504030201 0700000000000000
            0000000000000000 0000000000000000 0000000000000000 00000000""");
    private static final Sample SHORT = new Sample("short message", message(false, 3, List.of(), "abc"), """
            02 00 0000 37000000 0807060504030201 0700000000000000
            0000000000000000 0000000000000000 0300000000000000 00000000 616263""");
    private static final Sample LONG = new Sample("message whose body is in memory",
            message(true, 70_000, List.of(), ""), """
                    02 01 0000 34000000 0807060504030201 0700000000000000
                    0000000000000000 0000000000000000 7011010000000000 00000000""");
    private static final Sample REQUEST = new Sample("request with headers and age",
            new Frame.Message(SUBCHANNEL, 7, true, 1_000_000, 2_000_000_000,
                    new Parts(new byte[]{ 0, 1, 'n', 5, 0, 0, 0, 9 }, List.of(), false, 2, bytes("hi"))),
            """
                    02 02 0000 3e000000 0807060504030201 0700000000000000
                    40420f0000000000 0094357700000000 0200000000000000 08000000 00016e0500000009 6869""");
    private static final Sample FULL = new Sample("message with one of each attachment",
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
    private static final Sample RECYCLED = new Sample("message with recycled memory",
            message(false, 0, List.of(new Entry.Memory(4097, true)), ""), """
                    02 00 0100 48000000 0807060504030201 0700000000000000
                    0000000000000000 0000000000000000 0000000000000000 00000000
                    01 01 0000 0110000000000000 0000000000000000
                    """);
    private static final Sample CAUTIOUS = new Sample("greeting of a side that takes immutable memory only",
            Frame.Hello.ours(Directories.UNKNOWN, true), """
                    01 00 0200 28000000 4950434800000000 0100000000000000
                    0000000000000000 0000000000000000""");
    private static final Sample REPLY = new Sample("reply", new Frame.Reply(SUBCHANNEL, 7, ReplyKind.RESULT, 6,
            new Parts(NOTHING, List.of(), false, 2, bytes("ok"))), """
                    0e 00 0000 2e000000 0807060504030201 0700000000000000
                    0600000000000000 0200000000000000 00000000 6f6b""");
    private static final Sample NO_RESULT = new Sample("reply without a result",
            new Frame.Reply(SUBCHANNEL, 7, ReplyKind.EMPTY, 7, new Parts(NOTHING, List.of(), false, 0, NOTHING)), """
                    0e 04 0000 2c000000 0807060504030201 0700000000000000
                    0700000000000000 0000000000000000 00000000""");
    private static final Sample FAILED = new Sample("failed reply",
            new Frame.Reply(SUBCHANNEL, 7, ReplyKind.FAILURE, 0,
                    new Parts(new byte[]{ 0, 1, 'n', 2, 1 }, List.of(), false, 0, NOTHING)),
            """
                    0e 02 0000 31000000 0807060504030201 0700000000000000
                    0000000000000000 0000000000000000 05000000 00016e0201""");
    private static final Sample TICKET = new Sample("ticket", new Frame.Ticket(SUBCHANNEL, NUMBER),
            "03 00 0000 18000000 0807060504030201 1122334455667788");
    private static final Sample REDEEM = new Sample("redeem", new Frame.Redeem(SUBCHANNEL, NUMBER),
            "04 00 0000 18000000 0807060504030201 1122334455667788");
    private static final Sample RELEASE = new Sample("release", new Frame.Release(SUBCHANNEL, 513),
            "05 00 0000 18000000 0807060504030201 0102000000000000");
    private static final Sample GRANTED = new Sample("granted",
            new Frame.Granted(SUBCHANNEL, NUMBER, new Allowance(1024, 16L << 20, 256)), """
                    06 00 0000 30000000 0807060504030201 1122334455667788
                    0004000000000000 0000000100000000 0001000000000000""");
    private static final Sample CLOSED = new Sample("closed", new Frame.Closed(SUBCHANNEL, NUMBER),
            "07 00 0000 18000000 0807060504030201 1122334455667788");
    private static final Sample CREDIT = new Sample("credit",
            new Frame.Credit(SUBCHANNEL, 513, new Allowance(512, 65_536, 3)), """
                    08 00 0000 30000000 0807060504030201 0102000000000000
                    0002000000000000 0000010000000000 0300000000000000""");
    private static final Sample UNDELIVERED = new Sample("undelivered", new Frame.Undelivered(SUBCHANNEL, 513),
            "09 00 0000 18000000 0807060504030201 0102000000000000");
    private static final Sample FAILURE = new Sample("failure", new Frame.Failure("naïve"),
            "0a 00 0000 1e000000 0000000000000000 0000000000000000 6e61c3af7665");
    private static final Sample STOP = new Sample("stop", new Frame.Stop(SUBCHANNEL),
            "0b 00 0000 18000000 0807060504030201 0000000000000000");
    private static final Sample STOPPED = new Sample("stopped", new Frame.Stopped(SUBCHANNEL, 513),
            "0c 00 0000 18000000 0807060504030201 0102000000000000");
    private static final Sample UNHANDLED = new Sample("unhandled", new Frame.Unhandled(SUBCHANNEL, 513, 515),
            "0d 00 0000 20000000 0807060504030201 0102000000000000 0302000000000000");
    private static final Sample CANCEL = new Sample("cancel", new Frame.Cancel(SUBCHANNEL, 513),
            "0f 00 0000 18000000 0807060504030201 0102000000000000");

    private static final Sample MISSED = new Sample("missed", new Frame.Missed(SUBCHANNEL, 513),
            "10 00 0000 18000000 0807060504030201 0102000000000000");

    private static final List<Sample> SAMPLES = List.of(GREETING, UNPLACED, EMPTY, SHORT, LONG, REQUEST, FULL, RECYCLED,
            CAUTIOUS, REPLY,
            NO_RESULT,
            FAILED, TICKET, REDEEM, RELEASE, GRANTED, CLOSED, CREDIT, UNDELIVERED, FAILURE, STOP, STOPPED, UNHANDLED,
            CANCEL, MISSED);

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

    private static Frame.Message message(boolean inMemory, long length, List<Entry> entries, String body) {
        return new Frame.Message(SUBCHANNEL, 7, false, 0, 0,
                new Parts(NOTHING, entries, inMemory, length, bytes(body)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] encoded(Frame frame) {
        byte[] packet = new byte[Packet.MAX_SIZE];
        Arrays.fill(packet, (byte) 0xEE);
        return Arrays.copyOf(packet, FrameEncoder.encode(frame, MemorySegment.ofArray(packet), 0));
    }

    /** Decodes from memory that ends with the image, so that reading beyond it fails. */
    private static Frame decoded(byte[] image) throws Frame.Malformed {
        List<Frame> frames = FrameDecoder.decode(MemorySegment.ofArray(image), image.length);
        if (frames.size() != 1) {
            throw new Frame.Malformed(frames.size() + " frames", "one");
        }
        return frames.getFirst();
    }

    static List<Sample> samples() {
        return SAMPLES;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void encodesTheRecordedImage(Sample sample) {
        assertThat(HexFormat.of().formatHex(encoded(sample.frame())))
                .isEqualTo(HexFormat.of().formatHex(sample.image()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void decodesTheRecordedImage(Sample sample) throws Frame.Malformed {
        assertThat(decoded(sample.image())).usingRecursiveComparison().isEqualTo(sample.frame());
    }

    @Test
    void everyKindOfFrameHasASample() {
        assertThat(SAMPLES.stream().<Class<?>>map(sample -> sample.frame().getClass()).distinct())
                .containsExactlyInAnyOrder(Frame.class.getPermittedSubclasses());
        assertThat(((Frame.Message) FULL.frame()).parts().entries().stream().<Class<?>>map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(Entry.class.getPermittedSubclasses());
    }

    @Test
    void putsEveryFieldWhereTheProtocolHasIt() {
        ByteBuffer message = ByteBuffer.wrap(encoded(FULL.frame())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(message.get(0)).isEqualTo((byte) 2);
        assertThat(message.get(1)).isZero();
        assertThat(message.getShort(2)).isEqualTo((short) 6);
        assertThat(message.getInt(4)).as("length").isEqualTo(message.capacity());
        assertThat(message.getLong(8)).isEqualTo(SUBCHANNEL);
        assertThat(message.getLong(16)).as("number").isEqualTo(7);
        assertThat(message.getLong(40)).as("length of the body").isEqualTo(2);
        assertThat(message.getInt(48)).as("length of the headers").isZero();
        assertThat(message.get(52)).as("kind of the first attachment").isEqualTo((byte) 1);
        assertThat(message.get(53)).as("its detail").isZero();
        assertThat(message.getShort(54)).as("length of its text").isZero();
        assertThat(message.getLong(56)).as("its first number").isEqualTo(4096);
        assertThat(message.getLong(64)).as("its second number").isZero();
        assertThat(message.get(72)).as("kind of the second attachment").isEqualTo((byte) 1);
        ByteBuffer greeting = ByteBuffer.wrap(encoded(GREETING.frame())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(greeting.getLong(24)).as("directory of shared memory").isEqualTo(NUMBER);
        assertThat(greeting.getLong(32)).as("directory of mapped files").isEqualTo(513);
        ByteBuffer request = ByteBuffer.wrap(encoded(REQUEST.frame())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(request.getLong(24)).as("age").isEqualTo(1_000_000);
        assertThat(request.getLong(32)).as("maximal age").isEqualTo(2_000_000_000);
        ByteBuffer granted = ByteBuffer.wrap(encoded(GRANTED.frame())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(granted.getLong(16)).as("ticket").isEqualTo(NUMBER);
        assertThat(granted.getLong(24)).as("messages").isEqualTo(1024);
        assertThat(granted.getLong(32)).as("bytes").isEqualTo(16L << 20);
        assertThat(granted.getLong(40)).as("descriptors").isEqualTo(256);
        ByteBuffer credit = ByteBuffer.wrap(encoded(CREDIT.frame())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(credit.getLong(16)).as("through").isEqualTo(513);
        assertThat(credit.getLong(24)).as("messages").isEqualTo(512);
        assertThat(credit.getLong(32)).as("bytes").isEqualTo(65_536);
        assertThat(credit.getLong(40)).as("descriptors").isEqualTo(3);
    }

    @Test
    void severalFramesFitIntoAPacket() throws Frame.Malformed {
        byte[] packet = new byte[4096];
        MemorySegment memory = MemorySegment.ofArray(packet);
        int end = 0;
        for (Sample sample : SAMPLES) {
            end = FrameEncoder.encode(sample.frame(), memory, FrameLayout.aligned(end));
        }
        assertThat(FrameDecoder.decode(MemorySegment.ofArray(Arrays.copyOf(packet, end)), end))
                .usingRecursiveComparison().isEqualTo(SAMPLES.stream().map(Sample::frame).toList());
        int cut = end - 1;
        assertThatExceptionOfType(Frame.Malformed.class)
                .isThrownBy(() -> FrameDecoder.decode(MemorySegment.ofArray(Arrays.copyOf(packet, cut)), cut));
    }

    @Test
    void hintsOfLaterVersionsAreIgnored() throws Frame.Malformed {
        for (Sample sample : SAMPLES) {
            byte[] image = sample.image();
            image[1] |= (byte) 0xF0;
            assertThat(decoded(image)).usingRecursiveComparison().isEqualTo(sample.frame());
        }
    }

    @Test
    void countsTheDescriptorsOfAMessage() {
        assertThat(((Frame.Message) EMPTY.frame()).descriptors()).isZero();
        assertThat(((Frame.Message) LONG.frame()).descriptors()).isOne();
        assertThat(((Frame.Message) FULL.frame()).descriptors()).as("empty regions and dead senders have none")
                .isEqualTo(4);
    }

    @Test
    void cutsTheTextOfAFailure() throws Frame.Malformed {
        byte[] image = encoded(new Frame.Failure("x".repeat(5000)));
        assertThat(image).hasSize(24 + 1024);
        assertThat(decoded(image)).isEqualTo(new Frame.Failure("x".repeat(1024)));
    }

    @Test
    void theLargestMessageFits() throws Frame.Malformed {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < Packet.MAX_DESCRIPTORS - 1; i++) {
            entries.add(new Entry.Link(ResourceKind.SHARED_MEMORY, "k".repeat(255), 64));
        }
        Frame.Message largest = new Frame.Message(SUBCHANNEL, 7, false, 0, 0,
                new Parts(new byte[Frame.MAX_HEADERS], entries, false, 32 << 10, bytes("b".repeat(32 << 10))));
        assertThat(decoded(encoded(largest))).usingRecursiveComparison().isEqualTo(largest);
    }

    static Stream<Wrong> lengths() {
        return SAMPLES.stream().flatMap(sample -> {
            int length = sample.image().length;
            return Stream.of(0, 1, 23, 24, 25, length - 1, FrameLayout.aligned(length) + 1,
                    FrameLayout.aligned(length) + 24, Packet.MAX_SIZE)
                    .distinct()
                    .filter(other -> other < length || other > FrameLayout.aligned(length)).map(sample::of);
        });
    }

    /** The length that a frame says is its own, whatever the packet has. */
    static Stream<Wrong> saidLengths() {
        return SAMPLES.stream().flatMap(sample -> Stream.of(0, 1, 23, -1, Integer.MAX_VALUE, sample.image().length + 1)
                .map(length -> sample.with("length " + length, bytes -> bytes.putInt(4, length))));
    }

    static Stream<Wrong> reserved() {
        return SAMPLES.stream()
                .map(sample -> sample.with("a flag that is not known", bytes -> bytes.put(1, (byte) 8)));
    }

    /** Fields that a type has no use for must be zero, so that they can be given one. */
    static Stream<Wrong> unused() {
        return Stream.of(
                Stream.of(TICKET, REDEEM, RELEASE, GRANTED, CLOSED, CREDIT, UNDELIVERED, FAILURE, STOP, STOPPED,
                        UNHANDLED, CANCEL)
                        .map(sample -> sample.with("a small number", bytes -> bytes.putShort(2, (short) 0x100))),
                Stream.of(STOP, FAILURE).map(sample -> sample.with("a number", bytes -> bytes.putLong(16, 1))),
                Stream.of(FAILURE).map(sample -> sample.with("a subchannel", bytes -> bytes.putLong(8, 1))))
                .flatMap(wrong -> wrong);
    }

    static Stream<Wrong> subchannels() {
        return SAMPLES.stream().filter(sample -> !(sample.frame() instanceof Frame.Hello) && !sample.equals(FAILURE))
                .flatMap(sample -> Stream
                        .of(-1L, Long.MIN_VALUE).map(number -> sample.with("subchannel " + number,
                                bytes -> bytes.putLong(8, number))));
    }

    static Stream<Wrong> fields() {
        return Stream.of(
                GREETING.with("type 0", bytes -> bytes.put(0, (byte) 0)),
                GREETING.with("type 17", bytes -> bytes.put(0, (byte) 17)),
                GREETING.with("type 255", bytes -> bytes.put(0, (byte) 255)),
                GREETING.with("another language", bytes -> bytes.putInt(8, 0x47435049)),
                RELEASE.with("a count of 0", bytes -> bytes.putLong(16, 0)),
                RELEASE.with("a count below 0", bytes -> bytes.putLong(16, -1)),
                RELEASE.with("a count of 2^31", bytes -> bytes.putLong(16, 1L << 31)),
                GRANTED.with("0 messages", bytes -> bytes.putLong(24, 0)),
                GRANTED.with("2^31 messages", bytes -> bytes.putLong(24, 1L << 31)),
                GRANTED.with("fewer than 0 messages", bytes -> bytes.putLong(24, Long.MIN_VALUE)),
                GRANTED.with("0 bytes", bytes -> bytes.putLong(32, 0)),
                GRANTED.with("fewer than 0 bytes", bytes -> bytes.putLong(32, -1)),
                GRANTED.with("0 descriptors", bytes -> bytes.putLong(40, 0)),
                GRANTED.with("fewer than 0 descriptors", bytes -> bytes.putLong(40, Long.MIN_VALUE)),
                GRANTED.with("2^31 descriptors", bytes -> bytes.putLong(40, 1L << 31)),
                CREDIT.with("a through below 0", bytes -> bytes.putLong(16, -1)),
                CREDIT.with("fewer than 0 messages", bytes -> bytes.putLong(24, -1)),
                CREDIT.with("fewer than 0 bytes", bytes -> bytes.putLong(32, -1)),
                CREDIT.with("fewer than 0 descriptors", bytes -> bytes.putLong(40, -1)),
                CREDIT.with("2^31 descriptors", bytes -> bytes.putLong(40, 1L << 31)),
                UNDELIVERED.with("number 0", bytes -> bytes.putLong(16, 0)),
                STOPPED.with("number -1", bytes -> bytes.putLong(16, -1)),
                UNHANDLED.with("number 0", bytes -> bytes.putLong(16, 0)),
                UNHANDLED.with("a last before the first", bytes -> bytes.putLong(24, 512)),
                CANCEL.with("number 0", bytes -> bytes.putLong(16, 0)),
                REPLY.with("number 0", bytes -> bytes.putLong(16, 0)),
                REPLY.with("a through below 0", bytes -> bytes.putLong(24, -1)),
                FAILED.with("no result either", bytes -> bytes.put(1, (byte) 6)),
                FAILURE.with("a text of 0 bytes", bytes -> bytes.putInt(4, 24)),
                new Wrong("failure with a text of 1025 bytes", failure(1025)));
    }

    private static byte[] failure(int length) {
        byte[] image = Arrays.copyOf(FAILURE.image(), 24 + length);
        ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 24 + length);
        return image;
    }

    static Stream<Wrong> messages() {
        return Stream.of(
                SHORT.with("number 0", bytes -> bytes.putLong(16, 0)),
                SHORT.with("number -1", bytes -> bytes.putLong(16, -1)),
                SHORT.with("another flag", bytes -> bytes.put(1, (byte) 4)),
                SHORT.with("all flags", bytes -> bytes.put(1, (byte) -1)),
                SHORT.with("a maximal age below 0", bytes -> bytes.putLong(32, -1)),
                SHORT.with("a body in memory and one here", bytes -> bytes.put(1, (byte) 1)),
                SHORT.with("a shorter body", bytes -> bytes.putLong(40, 2)),
                SHORT.with("a longer body", bytes -> bytes.putLong(40, 4)),
                SHORT.with("a body of -1 bytes", bytes -> bytes.putLong(40, -1)),
                SHORT.with("a body of 2^63-1 bytes", bytes -> bytes.putLong(40, Long.MAX_VALUE)),
                SHORT.with("headers of -1 bytes", bytes -> bytes.putInt(48, -1)),
                SHORT.with("headers beyond the end", bytes -> bytes.putInt(48, 4)),
                SHORT.with("headers of 2^31-1 bytes", bytes -> bytes.putInt(48, Integer.MAX_VALUE)),
                LONG.with("an empty body in memory", bytes -> bytes.putLong(40, 0)),
                LONG.with("a body of -1 bytes in memory", bytes -> bytes.putLong(40, -1)),
                LONG.with("a body in memory that no array holds", bytes -> bytes.putLong(40, 1L << 31)),
                LONG.with("a body of 2^63-1 bytes in memory", bytes -> bytes.putLong(40, Long.MAX_VALUE)),
                EMPTY.with("an attachment that is not there", bytes -> bytes.putShort(2, (short) 1)),
                EMPTY.with("253 attachments that are not there", bytes -> bytes.putShort(2, (short) 253)),
                EMPTY.with("65,535 attachments", bytes -> bytes.putShort(2, (short) -1)),
                new Wrong("a message with 254 attachments", encoded(message(false, 0, regions(254), ""))),
                new Wrong("a message with 16 KiB and 1 byte of headers",
                        encoded(new Frame.Message(1, 1, false, 0, 0,
                                new Parts(new byte[Frame.MAX_HEADERS + 1], List.of(), false, 0, NOTHING)))));
    }

    private static List<Entry> regions(int count) {
        return List.copyOf(Collections.nCopies(count, new Entry.Memory(0)));
    }

    static Stream<Wrong> attachments() {
        return Stream.of(
                FULL.with("one attachment less", bytes -> bytes.putShort(2, (short) 5)),
                FULL.with("one attachment more", bytes -> bytes.putShort(2, (short) 7)),
                FULL.with("an attachment of kind 0", bytes -> bytes.put(52, (byte) 0)),
                FULL.with("an attachment of kind 4", bytes -> bytes.put(52, (byte) 4)),
                FULL.with("a region with detail 2", bytes -> bytes.put(53, (byte) 2)),
                FULL.with("recycled memory that is empty", bytes -> bytes.put(73, (byte) 1)),
                FULL.with("a region with a text beyond the end", bytes -> bytes.putShort(54, (short) -1)),
                FULL.with("a region of -1 bytes", bytes -> bytes.putLong(56, -1)),
                FULL.with("a region with a second number", bytes -> bytes.putLong(64, 1)),
                FULL.with("a link of kind 2", bytes -> bytes.put(93, (byte) 2)),
                FULL.with("a link of kind 255", bytes -> bytes.put(93, (byte) 255)),
                FULL.with("a link of -1 bytes", bytes -> bytes.putLong(96, -1)),
                FULL.with("a link of 2^63-1 bytes", bytes -> bytes.putLong(96, Long.MAX_VALUE)),
                FULL.with("a link with a second number", bytes -> bytes.putLong(104, 1)),
                FULL.with("a link with a longer key", bytes -> bytes.putShort(94, (short) 6)),
                FULL.with("a sender neither dead nor alive", bytes -> bytes.put(140, (byte) 2)),
                FULL.with("a sender of subchannel 0", bytes -> bytes.putLong(143, 0)),
                FULL.with("a sender of subchannel -1", bytes -> bytes.putLong(143, -1)),
                FULL.with("a sender without an address", bytes -> bytes.putShort(141, (short) 0)),
                FULL.with("a sender at ../",
                        bytes -> bytes.put(159, "../../0123456789".getBytes(StandardCharsets.UTF_8))),
                FULL.with("a sender at another spelling", bytes -> bytes.put(168, (byte) 'A')),
                FULL.with("a dead sender with a ticket", bytes -> bytes.putLong(187, 1)));
    }

    @ParameterizedTest
    @MethodSource({ "lengths", "saidLengths", "reserved", "unused", "subchannels", "fields", "messages",
        "attachments" })
    void refusesAWrong(Wrong wrong) {
        assertThatExceptionOfType(Frame.Malformed.class).isThrownBy(() -> decoded(wrong.image())).satisfies(e -> {
            assertThat(e.found()).isNotBlank();
            assertThat(e.expected()).isNotBlank();
        });
    }

    @Test
    void theChangesOfAttachmentsHitTheRightFields() {
        ByteBuffer full = ByteBuffer.wrap(FULL.image()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(full.get(92)).as("kind of the first link").isEqualTo((byte) 2);
        assertThat(full.get(139)).as("kind of the first sender").isEqualTo((byte) 3);
        assertThat(full.getLong(143)).as("its subchannel").isEqualTo(5);
        assertThat(full.get(159)).as("its address").isEqualTo((byte) '0');
        assertThat(full.get(175)).as("kind of the second sender").isEqualTo((byte) 3);
    }

    @Test
    void anyBytesAreAFrameOrMalformed() {
        Random random = new Random(20_240_229);
        int frames = 0;
        for (int i = 0; i < 60_000; i++) {
            byte[] image = i % 4 == 0 ? noise(random) : mutated(random);
            frames += isFrame(image) ? 1 : 0;
        }
        assertThat(frames).as("of 60,000, so that both ways are taken").isBetween(1_000, 50_000);
    }

    private static byte[] noise(Random random) {
        byte[] image = new byte[random.nextInt(200)];
        random.nextBytes(image);
        if (image.length > 1 && random.nextBoolean()) {
            image[0] = (byte) random.nextInt(17);
            image[1] = 0;
        }
        return image;
    }

    private static byte[] mutated(Random random) {
        byte[] image = SAMPLES.get(random.nextInt(SAMPLES.size())).image();
        if (random.nextInt(8) == 0) {
            image = Arrays.copyOf(image, random.nextInt(image.length + 40));
        }
        ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        long[] numbers = { 0, 1, -1, 0xFD, 0xFFFF, 1L << 31, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE,
            random.nextLong() };
        for (int changes = random.nextInt(4); changes > 0 && image.length > 8; changes--) {
            int at = random.nextInt(image.length - 8);
            long number = numbers[random.nextInt(numbers.length)];
            switch (random.nextInt(5)) {
                case 0 -> bytes.put(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
                case 1 -> bytes.put(at, (byte) number);
                case 2 -> bytes.putShort(at, (short) number);
                case 3 -> bytes.putInt(at, (int) number);
                default -> bytes.putLong(at, number);
            }
        }
        return image;
    }

    /** Whatever is a frame has one image only, and so is the frame again. */
    private static boolean isFrame(byte[] image) {
        Frame frame;
        try {
            frame = decoded(image);
        } catch (Frame.Malformed _) {
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(HexFormat.of().formatHex(image), e);
        }
        // Text that was no UTF-8 is not what it was any more.
        if (!frame.toString().contains("\uFFFD")) {
            byte[] again = encoded(frame);
            // Hints are not kept, nor what fills the packet up.
            image[1] &= 0x0F;
            assertThat(HexFormat.of().formatHex(again))
                    .isEqualTo(HexFormat.of().formatHex(Arrays.copyOf(image, again.length)));
            assertThat(image.length).isBetween(again.length, FrameLayout.aligned(again.length));
        }
        return true;
    }

    @Test
    void nothingIsAllocatedByAClaimedLength() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Wrong> all = Stream.of(lengths(), fields(), messages(), attachments()).flatMap(wrong -> wrong).toList();
        for (int round = 0; round < 20; round++) {
            for (Wrong wrong : all) {
                long before = threads.getCurrentThreadAllocatedBytes();
                boolean frame = isFrameAtAll(wrong.image());
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                assertThat(frame).isFalse();
                // The first rounds load classes.
                if (round > 0) {
                    assertThat(allocated).as(wrong.name()).isLessThan(64 * 1024 + 4L * wrong.image().length);
                }
            }
        }
    }

    private static boolean isFrameAtAll(byte[] image) {
        try {
            decoded(image);
            return true;
        } catch (Frame.Malformed _) {
            return false;
        }
    }
}
