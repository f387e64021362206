package io.resourcelink.memory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What a peer may send instead of sealed memory. Whatever is refused is closed, and was never mapped. */
@ExtendWith(SharedMemoryDirectory.class)
class ReceivedMemoryTest {

    private static final long SIZE = 10_000;
    private static final int SEAL = 1;
    private static final int SHRINK = 2;
    private static final int GROW = 4;
    private static final int WRITE = 8;
    private static final int FUTURE_WRITE = 16;

    private long before;

    @BeforeEach
    void countDescriptors() throws IOException {
        before = Descriptors.count("memfd:");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(Descriptors.count("memfd:")).as("descriptors").isEqualTo(before);
        assertThat(Descriptors.countMappings("memfd:resourcelink")).as("mappings").isZero();
    }

    private static void assertRefused(OpenFile file, long claimed, String... words) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> RegionTest.received(file, claimed))
                .withMessageContainingAll(words);
        assertThatIllegalStateException().as("the refused descriptor is closed")
                .isThrownBy(() -> Descriptors.path(file));
    }

    @Test
    void memoryWithoutSealsIsRefused() {
        assertRefused(Descriptors.unsealed(SIZE), SIZE, "seals 0x");
    }

    static Stream<List<Integer>> tooFewSeals() {
        return Stream.of(List.of(SHRINK, GROW), List.of(SHRINK, WRITE), List.of(GROW, WRITE),
                List.of(SHRINK, GROW, SEAL), List.of(WRITE, FUTURE_WRITE, SEAL));
    }

    @ParameterizedTest
    @MethodSource("tooFewSeals")
    void memoryWithTooFewSealsIsRefused(List<Integer> seals) {
        int all = seals.stream().mapToInt(Integer::intValue).sum();
        assertRefused(Descriptors.sealed(Descriptors.unsealed(SIZE), all), SIZE, "seals 0x");
    }

    @ParameterizedTest
    @ValueSource(ints = { SHRINK | GROW | WRITE, SHRINK | GROW | FUTURE_WRITE, SHRINK | GROW | WRITE | SEAL })
    void memoryWithAllSealsIsAccepted(int seals) {
        try (SharedMemory memory = RegionTest.received(Descriptors.sealed(Descriptors.unsealed(SIZE), seals), SIZE)) {
            assertThat(memory.asSegment().byteSize()).isEqualTo(SIZE);
            assertThat(memory.toByteArray()).hasSize((int) SIZE).containsOnly(0);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = { SIZE - 1, SIZE + 1, 1, Long.MAX_VALUE, 0, -1, Long.MIN_VALUE })
    void aSizeThatIsNotTheMemorysIsRefused(long claimed) {
        assertRefused(sealed(Descriptors.unsealed(SIZE)), claimed, "found");
    }

    @Test
    void memoryOfNoBytesIsRefused() throws IOException {
        assertRefused(sealed(Descriptors.sparse(0)), 0, "a size of 0");
    }

    /** Reading it would take this process's memory, or end it if there is none. */
    @Test
    void memoryWithoutStorageIsRefused() throws IOException {
        assertRefused(sealed(Descriptors.sparse(1L << 40)), 1L << 40, "storage for 0 bytes");
    }

    @Test
    void ordinaryFilesAreRefusedWhereverTheyAre(Path directory) throws IOException {
        Path inMemory = Files.write(directory.resolve("file"), new byte[(int) SIZE]);
        Path onDisk = Files.write(Files.createTempFile("resourcelink", "file"), new byte[(int) SIZE]);
        try {
            assertRefused(Descriptors.open(inMemory), SIZE, "found");
            assertRefused(Descriptors.open(onDisk), SIZE, "not a file in memory");
        } finally {
            Files.delete(inMemory);
            Files.delete(onDisk);
        }
    }

    @Test
    void pipesAndDevicesAreRefused(Path directory) throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        try {
            assertRefused(Descriptors.open(pipe), SIZE, "not a file in memory");
            assertRefused(Descriptors.open(Path.of("/dev/zero")), SIZE, "not a file in memory");
        } finally {
            Files.delete(pipe);
        }
    }

    @Test
    void descriptorsThatCannotBeReadAreRefused() {
        try (OpenFile memory = sealed(Descriptors.unsealed(SIZE))) {
            assertRefused(Descriptors.openForWriting(Descriptors.path(memory)), SIZE, "for writing only");
            assertRefused(Descriptors.openAsPath(Descriptors.path(memory)), SIZE, "not a file in memory");
        }
    }

    @Test
    void manyRefusalsLeaveNothing() throws IOException {
        long open = Descriptors.count("");
        for (int time = 0; time < 100; time++) {
            assertRefused(Descriptors.unsealed(SIZE), SIZE, "seals");
            assertRefused(sealed(Descriptors.unsealed(SIZE)), SIZE + 1, "bytes");
        }
        assertThat(Descriptors.count("")).isLessThan(open + 50);
    }

    /** With the system calls themselves, by way of another description of the same file. */
    @Test
    void whoeverHasTheDescriptorCanNeitherTruncateNorGrowNorWrite() throws IOException {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 1, SIZE)) {
            Region region = memory.region();
            region.retain();
            try (RandomAccessFile peer = new RandomAccessFile(Descriptors.path(region.file()).toFile(), "rw")) {
                assertNotPermitted(() -> peer.setLength(0));
                assertNotPermitted(() -> peer.setLength(SIZE + 1));
                peer.write(2);
                region.seal();
                region.seal();
                assertNotPermitted(() -> peer.write(3));
                assertNotPermitted(() -> peer.setLength(0));
                assertThat(memory.asSegment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 2);
            } finally {
                region.release();
            }
        }
    }

    private static void assertNotPermitted(ThrowingCallable call) {
        assertThatExceptionOfType(IOException.class).isThrownBy(call).withMessageContaining("not permitted");
    }

    private static OpenFile sealed(OpenFile file) {
        return Descriptors.sealed(file, SHRINK | GROW | WRITE);
    }
}
