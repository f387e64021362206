package io.resourcelink;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.segment.CreateOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Bytes that are there already become a segment, on every store. */
@ParameterizedClass
@EnumSource
@ExtendWith(SharedMemoryDirectory.class)
class PayloadContractTest {

    /** More than one piece of any way, and no multiple of anything. */
    private static final byte[] CONTENT = new byte[600_001];

    static {
        ThreadLocalRandom.current().nextBytes(CONTENT);
    }

    private final ContractHost.Kind kind;
    private ContractHost host;
    private ResourceLinkFactory factory;
    private ResourceLinkFactory other;

    PayloadContractTest(ContractHost.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(Path directory) {
        host = kind.open(directory);
        factory = host.factory();
        other = host.factory();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private <X extends Exception> void arrives(Content<X> payload, byte[] expected) throws X {
        assertThat(payload.size()).isEqualTo(expected.length);
        try (ResourceLink published = factory.publish("key", payload); ResourceLink found = other.acquire("key")) {
            assertThat(found.payloadSize()).isEqualTo(expected.length);
            assertThat(found.payload().mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
            assertThat(published.payload().isReadOnly()).isTrue();
            assertThat(found.payload().isReadOnly()).isTrue();
        }
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void anArrayArrives() {
        arrives(Content.of(CONTENT), CONTENT);
        arrives(Content.of(new byte[]{ 5 }), new byte[]{ 5 });
        arrives(Content.of(new byte[0]), new byte[0]);
    }

    @Test
    void aBuffersRemainingBytesArriveAndItsPositionStays() {
        ByteBuffer heap = ByteBuffer.wrap(CONTENT).position(7).limit(500_000);
        byte[] expected = new byte[heap.remaining()];
        heap.get(heap.position(), expected);
        arrives(Content.of(heap), expected);
        assertThat(heap.position()).isEqualTo(7);
        arrives(Content.of(ByteBuffer.allocateDirect(expected.length).put(expected).flip()), expected);
        arrives(Content.of(heap.asReadOnlyBuffer()), expected);
    }

    @Test
    void memoryArrives() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(CONTENT.length).copyFrom(MemorySegment.ofArray(CONTENT));
            arrives(Content.of(memory), CONTENT);
        }
        long[] numbers = { 1, 2, 3 };
        byte[] bytes = new byte[24];
        MemorySegment.ofArray(bytes).copyFrom(MemorySegment.ofArray(numbers));
        arrives(Content.of(MemorySegment.ofArray(numbers)), bytes);
    }

    @Test
    void memoryThatIsClosedOrAnotherThreadsIsRefusedAndNothingIsLeft() throws InterruptedException {
        Arena arena = Arena.ofConfined();
        Content<RuntimeException> payload = Content.of(arena.allocate(CONTENT.length));
        Throwable[] thrown = new Throwable[1];
        Thread stranger = Thread.ofPlatform()
                .start(() -> thrown[0] = catchThrowable(() -> factory.publish("key", payload)));
        stranger.join();
        arena.close();

        assertThat(thrown[0]).isInstanceOf(WrongThreadException.class);
        assertThatIllegalStateException().isThrownBy(() -> factory.publish("key", payload));
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void aStreamsFirstBytesArriveAndTheOthersStayInIt() throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(CONTENT);
        byte[] first = new ByteArrayInputStream(CONTENT).readNBytes(300_000);
        arrives(Content.of(in, first.length), first);
        assertThat(in.available()).isEqualTo(CONTENT.length - first.length);
        arrives(Content.of(Channels.newChannel(new ByteArrayInputStream(CONTENT)), CONTENT.length), CONTENT);
    }

    @Test
    void aStreamThatEndsTooSoonLeavesNothing() {
        assertThatExceptionOfType(EOFException.class).isThrownBy(
                () -> factory.publish("key", Content.of(new ByteArrayInputStream(CONTENT), CONTENT.length + 1)))
                .withMessageContaining("after 600001 bytes; 600002 were announced");
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> factory.publish("key",
                Content.of(Channels.newChannel(new ByteArrayInputStream(CONTENT)), CONTENT.length + 1)));
        assertThat(factory.list()).isEmpty();
        arrives(Content.of(CONTENT), CONTENT);
    }

    @Test
    void piecesArriveInOrder() {
        byte[] piece = new byte[7];
        arrives(Content.appending(CONTENT.length, target -> {
            MemorySegment bytes = MemorySegment.ofArray(CONTENT);
            for (long done = 0; done < CONTENT.length; done += piece.length) {
                int length = (int) Math.min(piece.length, CONTENT.length - done);
                MemorySegment.copy(bytes, done, MemorySegment.ofArray(piece), 0, length);
                target.accept(MemorySegment.ofArray(piece).asSlice(0, length));
            }
        }), CONTENT);
        arrives(Content.appending(0, _ -> {}), new byte[0]);
    }

    @Test
    void piecesThatAreTooManyOrTooFewLeaveNothing() {
        for (int length : new int[]{ 9, 11 }) {
            assertThatIllegalStateException().isThrownBy(() -> factory.publish("key",
                    Content.appending(10, target -> target.accept(MemorySegment.ofArray(new byte[length])))))
                    .withMessageContaining("were announced");
        }
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void optionsAreThoseOfAnyOtherSegment() {
        CreateOptions options = CreateOptions.defaults().withTtl(Duration.ofSeconds(3)).withKeep(true);
        factory.publish("key", Content.of(CONTENT), options).close();
        try (ResourceLink kept = other.acquire("key")) {
            assertThat(kept.ttl()).isEqualTo(Duration.ofSeconds(3));
        }
        assertThat(factory.remove("key")).isTrue();
    }

    @Test
    void whatCannotBeMadeIsATypedErrorThatLeavesNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Content.of(new ByteArrayInputStream(CONTENT), -1));
        assertThatExceptionOfType(InvalidKeyException.class)
                .isThrownBy(() -> factory.publish("a/b", Content.of(CONTENT)));
        try (ResourceLink _ = other.create("key", 1)) {
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> factory.publish("key", Content.of(CONTENT)));
        }
        assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(
                () -> factory.publish("key", Content.of(new ByteArrayInputStream(CONTENT), Long.MAX_VALUE)));
    }
}
