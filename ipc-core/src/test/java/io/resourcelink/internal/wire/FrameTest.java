package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.Frame.Parts;
import io.resourcelink.internal.wire.FrameSamples.Sample;
import io.resourcelink.internal.wire.FrameSamples.Wrong;
import io.resourcelink.segment.ResourceKind;

import static io.resourcelink.internal.wire.FrameSamples.CREDIT;
import static io.resourcelink.internal.wire.FrameSamples.EMPTY;
import static io.resourcelink.internal.wire.FrameSamples.FULL;
import static io.resourcelink.internal.wire.FrameSamples.GRANTED;
import static io.resourcelink.internal.wire.FrameSamples.GREETING;
import static io.resourcelink.internal.wire.FrameSamples.LONG;
import static io.resourcelink.internal.wire.FrameSamples.NUMBER;
import static io.resourcelink.internal.wire.FrameSamples.RELEASE;
import static io.resourcelink.internal.wire.FrameSamples.REPLY;
import static io.resourcelink.internal.wire.FrameSamples.REQUEST;
import static io.resourcelink.internal.wire.FrameSamples.SAMPLES;
import static io.resourcelink.internal.wire.FrameSamples.SUBCHANNEL;
import static io.resourcelink.internal.wire.FrameSamples.UNHANDLED;
import static io.resourcelink.internal.wire.FrameSamples.decoded;
import static io.resourcelink.internal.wire.FrameSamples.encoded;
import static io.resourcelink.internal.wire.FrameSamples.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The protocol, by literal offsets and recorded images, so that no refactoring can move a field. */
@Tag("slow")
class FrameTest {

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

    /** The least and the most that fields may have. */
    static Stream<Wrong> limits() {
        return Stream.of(
                RELEASE.with("a count of 1", bytes -> bytes.putLong(16, 1)),
                RELEASE.with("a count of 2^31-1", bytes -> bytes.putLong(16, Integer.MAX_VALUE)),
                GRANTED.with("1 message", bytes -> bytes.putLong(24, 1)),
                GRANTED.with("1 byte", bytes -> bytes.putLong(32, 1)),
                GRANTED.with("1 descriptor", bytes -> bytes.putLong(40, 1)),
                CREDIT.with("0 messages", bytes -> bytes.putLong(24, 0)),
                CREDIT.with("2^31-1 messages", bytes -> bytes.putLong(24, Integer.MAX_VALUE)),
                CREDIT.with("0 bytes", bytes -> bytes.putLong(32, 0)),
                CREDIT.with("0 descriptors", bytes -> bytes.putLong(40, 0)),
                CREDIT.with("2^31-1 descriptors", bytes -> bytes.putLong(40, Integer.MAX_VALUE)),
                CREDIT.with("a through of 0", bytes -> bytes.putLong(16, 0)),
                UNHANDLED.with("a last that is the first", bytes -> bytes.putLong(24, 513)),
                UNHANDLED.with("a first of 1", bytes -> bytes.putLong(16, 1)),
                REPLY.with("a through of 0", bytes -> bytes.putLong(24, 0)),
                LONG.with("a body of 1 byte in memory", bytes -> bytes.putLong(40, 1)),
                LONG.with("the largest body in memory", bytes -> bytes.putLong(40, Frame.MAX_BODY)),
                new Wrong("a failure with a text of 1 byte", encoded(new Frame.Failure("x"))),
                new Wrong("as many attachments as a packet has room for", encoded(
                        message(false, 0, Collections.nCopies(Packet.MAX_DESCRIPTORS, new Entry.Memory(0)), ""))),
                FULL.with("recycled memory of 1 byte", bytes -> bytes.putLong(56, 1).put(53, (byte) 1)),
                FULL.with("an empty link", bytes -> bytes.putLong(96, 0)));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void limitsThemselvesAreFrames(Wrong limit) throws Frame.Malformed {
        assertThat(encoded(decoded(limit.image()))).isEqualTo(limit.image());
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
                new Parts(new byte[Frame.MAX_HEADERS], entries, false, 32 << 10,
                        FrameSamples.bytes("b".repeat(32 << 10))));
        assertThat(decoded(encoded(largest))).usingRecursiveComparison().isEqualTo(largest);
    }
}
