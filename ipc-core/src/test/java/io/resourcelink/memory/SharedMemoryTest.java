package io.resourcelink.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.error.OsException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.room.Room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SharedMemoryTest {

    private static final int MIB = 1 << 20;

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(Descriptors.count("memfd:resourcelink")).as("descriptors left open").isZero();
        assertThat(Descriptors.countMappings("memfd:resourcelink")).as("mappings left").isZero();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** Does what a transport does, but for the socket. */
    static SharedMemory transfer(SharedMemory memory) {
        Region region = memory.region();
        region.retain();
        try {
            region.seal();
            return region.size() == 0
                    ? SharedMemory.fromBytes(new byte[0])
                    : RegionTest.received(Descriptors.reopened(region.file()), region.size());
        } finally {
            region.release();
        }
    }

    @Test
    void bytesOfAFileThatWasTruncatedAreATypedError(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("file"), random(MIB));
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, MIB, arena);
            channel.truncate(0);
            assertThatExceptionOfType(OsException.class).isThrownBy(() -> SharedMemory.fromBytes(mapped))
                    .withMessageContaining("EFAULT").withMessageContaining("truncated");
        }
    }

    @Test
    @DisplayName("66: memory made of bytes arrives equal")
    void memoryMadeOfBytesArrivesEqual() {
        byte[] bytes = random(700_001);
        try (SharedMemory sent = SharedMemory.fromBytes(bytes);
                SharedMemory received = transfer(sent);
                SharedMemory other = SharedMemory.fromByte((byte) 1, bytes.length);
                SharedMemory shorter = SharedMemory.fromBytes(Arrays.copyOf(bytes, 700_000))) {
            assertThat(received.contentEquals(sent)).isTrue();
            assertThat(received.contentEquals(other)).isFalse();
            assertThat(received.contentEquals(shorter)).isFalse();
            assertThat(received).as("a handle is equal to itself alone").isEqualTo(received).isNotEqualTo(sent);
            assertThat(received.toByteArray()).isEqualTo(bytes);
        }
    }

    @Test
    void memoryIsMadeOfNativeBytesToo() {
        byte[] bytes = random(300_000);
        try (Arena arena = Arena.ofConfined();
                SharedMemory memory = SharedMemory.fromBytes(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes))) {
            assertThat(memory.toByteArray()).isEqualTo(bytes);
        }
        Arena closed = Arena.ofConfined();
        MemorySegment gone = closed.allocate(10);
        closed.close();
        assertThatIllegalStateException().isThrownBy(() -> SharedMemory.fromBytes(gone));
    }

    @ParameterizedTest(name = "67: {0} equal bytes arrive")
    @ValueSource(ints = { 1024, MIB, 4 * MIB })
    void equalBytesArrive(int length) {
        byte[] expected = new byte[length];
        Arrays.fill(expected, (byte) 0x5a);
        try (SharedMemory sent = SharedMemory.fromByte((byte) 0x5a, length); SharedMemory received = transfer(sent)) {
            assertThat(received.toByteArray()).isEqualTo(expected);
            assertThat(received.asSegment().mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
        }
    }

    @Test
    void zerosNeedNotBeWritten() {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 0, MIB + 1)) {
            assertThat(memory.toByteArray()).isEqualTo(new byte[MIB + 1]);
        }
    }

    @Test
    @DisplayName("68: empty memory arrives empty and equal")
    void emptyMemoryArrivesEmptyAndEqual() throws IOException {
        try (SharedMemory ofBytes = SharedMemory.fromBytes(new byte[0]);
                SharedMemory ofLength = SharedMemory.fromByte((byte) 1, 0);
                SharedMemory.Builder builder = SharedMemory.builder(0);
                SharedMemory built = builder.build();
                SharedMemory received = transfer(ofBytes)) {
            assertThat(received.contentEquals(ofBytes)).isTrue();
            assertThat(received.contentEquals(ofLength)).isTrue();
            assertThat(received.contentEquals(built)).isTrue();
            assertThat(received.isEmpty()).isTrue();
            assertThat(received.size()).isZero();
            assertThat(received.asSegment().byteSize()).isZero();
            assertThat(received.unsafeWritable().byteSize()).isZero();
            assertThat(received.asByteBuffer().remaining()).isZero();
            assertThat(received.toByteArray()).isEmpty();
            assertThatIllegalStateException().isThrownBy(() -> received.region().file());
            assertThat(Descriptors.count("memfd:resourcelink")).isZero();
        }
    }

    @Test
    @DisplayName("73: reads by length, index and slice")
    void readsByLengthIndexAndSlice() throws IOException {
        try (SharedMemory memory = SharedMemory.fromBytes(new byte[]{ 1, 2, 3, 4, 5 })) {
            assertThat(memory.size()).isEqualTo(5);
            assertThat(memory.isEmpty()).isFalse();
            assertThat(memory.asSegment().get(ValueLayout.JAVA_BYTE, 2)).isEqualTo((byte) 3);
            assertThat(memory.asSegment().asSlice(1, 3).toArray(ValueLayout.JAVA_BYTE)).containsExactly(2, 3, 4);
            assertThat(memory.asByteBuffer().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(memory.asByteBuffer().getShort(0)).isEqualTo((short) 0x0201);
            assertThatExceptionOfType(ReadOnlyBufferException.class)
                    .isThrownBy(() -> memory.asByteBuffer().put(0, (byte) 0));
            assertThat(memory.asSegment().isReadOnly()).isTrue();
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> memory.asSegment().get(ValueLayout.JAVA_BYTE, 5));
            assertThat(Descriptors.countMappings("memfd:resourcelink")).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("74: what the only holder writes shows in later reads")
    void whatTheOnlyHolderWritesShowsInLaterReads() {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 0, 10_000)) {
            MemorySegment before = memory.asSegment();
            assertThat(before.get(ValueLayout.JAVA_BYTE, 9_999)).isZero();
            memory.unsafeWritable().set(ValueLayout.JAVA_BYTE, 9_999, (byte) 9);
            assertThat(before.get(ValueLayout.JAVA_BYTE, 9_999)).isEqualTo((byte) 9);
            assertThat(memory.asSegment().get(ValueLayout.JAVA_BYTE, 9_999)).isEqualTo((byte) 9);
            assertThat(memory.toByteArray()[9_999]).isEqualTo((byte) 9);
        }
    }

    @Test
    void aViewForWritingThatWasTakenBeforeSendingGoesOn() {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 0, 10_000)) {
            MemorySegment writer = memory.unsafeWritable();
            try (SharedMemory received = transfer(memory)) {
                writer.set(ValueLayout.JAVA_BYTE, 5_000, (byte) 5);
                assertThat(received.asSegment().get(ValueLayout.JAVA_BYTE, 5_000)).isEqualTo((byte) 5);
                assertThat(memory.asSegment().get(ValueLayout.JAVA_BYTE, 5_000)).isEqualTo((byte) 5);
            }
        }
    }

    @Test
    void nobodyWritesToWhatWasSent() {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 1, 10); SharedMemory received = transfer(memory)) {
            assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(memory::unsafeWritable)
                    .withMessageContaining("SharedMemory.builder");
            assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(received::unsafeWritable);
            try (SharedMemory forwarded = transfer(received); SharedMemory again = transfer(memory)) {
                assertThat(forwarded.contentEquals(memory)).isTrue();
                assertThat(forwarded.contentEquals(again)).isTrue();
            }
        }
    }

    @Test
    @DisplayName("75: take gives the bytes and closes, here and after a transfer")
    void takeGivesTheBytesAndCloses() {
        byte[] bytes = random(MIB);
        SharedMemory memory = SharedMemory.fromBytes(bytes);
        SharedMemory received = transfer(memory);
        assertThat(memory.take()).isEqualTo(bytes);
        assertThat(received.take()).isEqualTo(bytes);
        assertThat(memory.isClosed()).isTrue();
        assertThatIllegalStateException().isThrownBy(received::take);
        assertThat(SharedMemory.fromBytes(new byte[0]).take()).isEmpty();
    }

    @Test
    @DisplayName("76: a copy has equal content, and is closed on its own")
    void aCopyHasEqualContentAndIsClosedOnItsOwn() throws IOException {
        SharedMemory memory = SharedMemory.fromByte((byte) 4, 4_000);
        SharedMemory copy = memory.retain();
        try (SharedMemory equal = SharedMemory.fromByte((byte) 4, 4_000); SharedMemory received = transfer(memory)) {
            assertThat(copy.contentEquals(memory)).isTrue();
            assertThat(copy.contentEquals(equal)).isTrue();
            assertThat(copy).as("a handle of its own").isNotEqualTo(memory);
            assertThat(copy.sameMemoryAs(memory)).isTrue();
            assertThat(copy.sameMemoryAs(equal)).isFalse();
            assertThat(copy.sameMemoryAs(received)).isFalse();
        }
        MemorySegment view = memory.asSegment();
        assertThat(copy.asSegment().address()).as("one mapping for both").isEqualTo(view.address());
        assertThat(Descriptors.count("memfd:resourcelink")).as("one descriptor for both").isEqualTo(1);
        memory.close();
        assertThat(view.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 4);
        copy.close();
        Deadline.awaitTrue("late accesses are exceptions", () -> !view.scope().isAlive());
        assertThatIllegalStateException().isThrownBy(() -> view.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    @DisplayName("77: the region that transports see has the same content")
    void theRegionThatTransportsSeeHasTheSameContent() {
        byte[] bytes = random(100);
        try (SharedMemory memory = SharedMemory.fromBytes(bytes)) {
            Region region = memory.region();
            region.retain();
            assertThat(region.size()).isEqualTo(100);
            assertThat(region.read()).isEqualTo(bytes);
            region.release();
        }
    }

    @Test
    void isFilledInPlaceByAnyThread() throws Exception {
        SharedMemory.Builder builder = SharedMemory.builder(10_000);
        MemorySegment target = builder.memory();
        assertThat(builder).hasToString("SharedMemory.Builder[10000 bytes]");
        Thread.ofVirtual().start(() -> target.fill((byte) 3)).join();
        try (SharedMemory built = builder.build(); SharedMemory expected = SharedMemory.fromByte((byte) 3, 10_000)) {
            assertThat(built.contentEquals(expected)).isTrue();
            assertThatIllegalStateException().isThrownBy(() -> target.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
            assertThatIllegalStateException().isThrownBy(builder::build);
            assertThatIllegalStateException().isThrownBy(builder::memory);
            builder.close();
            assertThat(built.asSegment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 3);
            try (SharedMemory received = transfer(built)) {
                assertThat(received.contentEquals(expected)).isTrue();
            }
        }
    }

    @Test
    void aBuilderThatIsClosedHasBuiltNothing() {
        SharedMemory.Builder builder = SharedMemory.builder(10);
        MemorySegment target = builder.memory();
        builder.close();
        builder.close();
        assertThatIllegalStateException().isThrownBy(() -> target.fill((byte) 1));
        assertThatIllegalStateException().isThrownBy(builder::build);
    }

    @Test
    void isUnusableOnceClosed() {
        SharedMemory memory = SharedMemory.fromByte((byte) 1, 5);
        SharedMemory other = memory.retain();
        int hash = memory.hashCode();
        memory.close();
        memory.close();
        assertThat(memory.isClosed()).isTrue();
        assertThat(memory).hasToString("SharedMemory[5 bytes, closed]").isEqualTo(memory).isNotEqualTo(other);
        assertThat(other).hasToString("SharedMemory[5 bytes]").isNotEqualTo(memory);
        assertThat(memory.hashCode()).isEqualTo(hash);
        assertThatIllegalStateException().isThrownBy(memory::size);
        assertThatIllegalStateException().isThrownBy(memory::isEmpty);
        assertThatIllegalStateException().isThrownBy(memory::asSegment);
        assertThatIllegalStateException().isThrownBy(memory::asByteBuffer);
        assertThatIllegalStateException().isThrownBy(memory::toByteArray);
        assertThatIllegalStateException().isThrownBy(memory::retain);
        assertThatIllegalStateException().isThrownBy(memory::take);
        assertThatIllegalStateException().isThrownBy(memory::unsafeWritable);
        assertThatIllegalStateException().isThrownBy(memory::region);
        assertThatIllegalStateException().isThrownBy(() -> other.sameMemoryAs(memory));
        assertThatIllegalStateException().isThrownBy(() -> other.contentEquals(memory));
        assertThatIllegalStateException().isThrownBy(() -> memory.contentEquals(other));
        other.close();
    }

    @Test
    void moreMemoryThanThereIsIsRefusedBeforeAnyIsTaken() {
        long available = Room.ofThisProcess().memory().free();
        long asked = available + (8L << 30);
        assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> SharedMemory.builder(asked))
                .satisfies(e -> {
                    assertThat(e.requested()).isEqualTo(asked);
                    assertThat(e.available()).isBetween(1L, asked);
                });
        assertThatExceptionOfType(OutOfSpaceException.class)
                .isThrownBy(() -> SharedMemory.fromByte((byte) 1, Long.MAX_VALUE));
        assertThatIllegalArgumentException().isThrownBy(() -> SharedMemory.fromByte((byte) 1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> SharedMemory.builder(-1));
    }
}
