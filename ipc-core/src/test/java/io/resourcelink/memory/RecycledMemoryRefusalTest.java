package io.resourcelink.memory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What the seals and the checks of recycled memory refuse. */
class RecycledMemoryRefusalTest extends RecycledMemoryFixture {

    private static final int SEAL = 1;
    private static final int SHRINK = 2;
    private static final int GROW = 4;
    private static final int WRITE = 8;
    private static final int FUTURE_WRITE = 16;

    @Test
    void nobodyButTheBuilderCanWriteOrTruncate() {
        try (SharedMemory memory = made(SIZE, 1); SharedMemory received = received(sent(memory), SIZE)) {
            assertThat(memory.mayChange()).isTrue();
            assertThat(received.mayChange()).isTrue();
            assertThat(received.asSegment().isReadOnly()).isTrue();
            assertThat(memory.asSegment().isReadOnly()).isTrue();
            for (SharedMemory each : List.of(memory, received)) {
                assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(each::unsafeWritable)
                        .withMessageContaining("recycledBuilder");
            }
            retained(received, region -> {
                Path path = Descriptors.path(region.file());
                try (RandomAccessFile peer = new RandomAccessFile(path.toFile(), "rw")) {
                    assertNotPermitted(() -> peer.write(1));
                    assertNotPermitted(() -> peer.setLength(0));
                    assertNotPermitted(() -> peer.setLength(1 << 20));
                    assertNotPermitted(() -> peer.getChannel().map(MapMode.READ_WRITE, 0, 10));
                }
                return region;
            });
            assertContent(received, SIZE, 1);
        }
    }

    private static void assertNotPermitted(ThrowingCallable call) {
        assertThatExceptionOfType(IOException.class).isThrownBy(call).withMessageContaining("not permitted");
    }

    private static void assertRefused(OpenFile file, long claimed, String... words) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> received(file, claimed))
                .withMessageContaining("a process that has sent shared memory").withMessageContainingAll(words);
        assertThatIllegalStateException().as("the refused descriptor is closed")
                .isThrownBy(() -> Descriptors.path(file));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, SEAL, SHRINK | GROW, SHRINK | GROW | SEAL, GROW | FUTURE_WRITE, SHRINK | WRITE })
    void memoryThatIsSealedOtherwiseIsRefused(int seals) {
        assertRefused(Descriptors.sealed(Descriptors.unsealed(SIZE), seals), SIZE, "seals");
    }

    @Test
    void lengthsThatTheFileCannotHaveAreRefused() throws IOException {
        for (long size : new long[]{ SIZE + 1, SIZE / 2 - 1, 1, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE }) {
            assertRefused(future(Descriptors.unsealed(SIZE)), size, "byte");
        }
        assertRefused(future(Descriptors.sparse(SIZE)), SIZE, "storage");
        assertRefused(Descriptors.open(Path.of("/dev/null")), 1, "memfd");
        received(future(Descriptors.unsealed(SIZE)), SIZE / 2).close();
        received(future(Descriptors.unsealed(4096)), 1).close();
    }

    private static OpenFile future(OpenFile file) {
        return Descriptors.sealed(file, SHRINK | GROW | FUTURE_WRITE);
    }

    @Test
    void lengthsOfAFileThatIsKnownAreCheckedToo() {
        try (SharedMemory memory = made(SIZE, 1)) {
            try (SharedMemory received = received(sent(memory), SIZE)) {
                assertContent(received, SIZE, 1);
            }
            Reclaimer.reclaimNow();
            for (long size : new long[]{ 1 << 20, SIZE / 3, 0, -1, Long.MIN_VALUE }) {
                assertRefused(sent(memory), size, "for a recycled region of " + size);
            }
            try (SharedMemory received = received(sent(memory), SIZE)) {
                assertContent(received, SIZE, 1);
            }
        }
    }
}
