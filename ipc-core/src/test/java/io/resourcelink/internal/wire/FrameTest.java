package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.Frame.Parts;
import io.resourcelink.internal.wire.FrameSamples.Sample;
import io.resourcelink.segment.ResourceKind;

import static io.resourcelink.internal.wire.FrameSamples.CREDIT;
import static io.resourcelink.internal.wire.FrameSamples.EMPTY;
import static io.resourcelink.internal.wire.FrameSamples.FULL;
import static io.resourcelink.internal.wire.FrameSamples.GRANTED;
import static io.resourcelink.internal.wire.FrameSamples.GREETING;
import static io.resourcelink.internal.wire.FrameSamples.LONG;
import static io.resourcelink.internal.wire.FrameSamples.NUMBER;
import static io.resourcelink.internal.wire.FrameSamples.REQUEST;
import static io.resourcelink.internal.wire.FrameSamples.SAMPLES;
import static io.resourcelink.internal.wire.FrameSamples.SUBCHANNEL;
import static io.resourcelink.internal.wire.FrameSamples.decoded;
import static io.resourcelink.internal.wire.FrameSamples.encoded;
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
