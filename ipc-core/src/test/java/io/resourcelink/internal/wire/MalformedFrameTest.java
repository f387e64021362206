package io.resourcelink.internal.wire;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.Frame.Parts;
import io.resourcelink.internal.wire.FrameSamples.Wrong;

import static io.resourcelink.internal.wire.FrameSamples.CANCEL;
import static io.resourcelink.internal.wire.FrameSamples.CLOSED;
import static io.resourcelink.internal.wire.FrameSamples.CREDIT;
import static io.resourcelink.internal.wire.FrameSamples.EMPTY;
import static io.resourcelink.internal.wire.FrameSamples.FAILED;
import static io.resourcelink.internal.wire.FrameSamples.FAILURE;
import static io.resourcelink.internal.wire.FrameSamples.FULL;
import static io.resourcelink.internal.wire.FrameSamples.GRANTED;
import static io.resourcelink.internal.wire.FrameSamples.GREETING;
import static io.resourcelink.internal.wire.FrameSamples.LONG;
import static io.resourcelink.internal.wire.FrameSamples.NOTHING;
import static io.resourcelink.internal.wire.FrameSamples.REDEEM;
import static io.resourcelink.internal.wire.FrameSamples.RELEASE;
import static io.resourcelink.internal.wire.FrameSamples.REPLY;
import static io.resourcelink.internal.wire.FrameSamples.SAMPLES;
import static io.resourcelink.internal.wire.FrameSamples.SHORT;
import static io.resourcelink.internal.wire.FrameSamples.STOP;
import static io.resourcelink.internal.wire.FrameSamples.STOPPED;
import static io.resourcelink.internal.wire.FrameSamples.TICKET;
import static io.resourcelink.internal.wire.FrameSamples.UNDELIVERED;
import static io.resourcelink.internal.wire.FrameSamples.UNHANDLED;
import static io.resourcelink.internal.wire.FrameSamples.decoded;
import static io.resourcelink.internal.wire.FrameSamples.encoded;
import static io.resourcelink.internal.wire.FrameSamples.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Images with a field that no frame may have are refused, and nothing is allocated for them. */
@Tag("slow")
class MalformedFrameTest {

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
