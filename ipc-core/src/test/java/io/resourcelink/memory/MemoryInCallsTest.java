package io.resourcelink.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Memory that is filled and read by functions, which see it in their calls alone. */
class MemoryInCallsTest extends RecycledMemoryFixture {

    private static final String FRESH = "memfd:resourcelink";

    @AfterEach
    void nothingIsLeftOfFreshMemory() throws IOException {
        Reclaimer.reclaimAllNow();
        assertThat(Descriptors.count(FRESH)).as("descriptors left open").isZero();
        assertThat(Descriptors.countMappings(FRESH)).as("mappings left").isZero();
    }

    private static Consumer<MemorySegment> filling(int size, long seed) {
        return memory -> memory.copyFrom(MemorySegment.ofArray(content(size, seed)));
    }

    private static byte[] bytes(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void whatAFunctionFillsIsWhatAFunctionReads() {
        try (SharedMemory memory = SharedMemory.recycled(SIZE, filling(SIZE, 1));
                SharedMemory received = received(sent(memory), SIZE)) {
            assertThat(memory.read(MemoryInCallsTest::bytes)).isEqualTo(content(SIZE, 1));
            assertThat(received.read(MemoryInCallsTest::bytes)).isEqualTo(content(SIZE, 1));
            assertThat(received.mayChange()).isTrue();
            assertContent(received, SIZE, 1);
            assertThat(received.read(MemorySegment::byteSize)).as("beside a view").isEqualTo(SIZE);
        }
    }

    /** No call of the reclaimer, and no wait for it: nothing is left to be ended. */
    @Test
    void memoryGoesBackAtOnceAndIsUsedForTheNextRegion() {
        Set<Object> files = new HashSet<>();
        for (int round = 0; round < 200; round++) {
            try (SharedMemory memory = SharedMemory.recycled(SIZE, filling(SIZE, round));
                    SharedMemory received = received(sent(memory), SIZE)) {
                files.add(inode(memory));
                assertThat(received.read(MemoryInCallsTest::bytes)).isEqualTo(content(SIZE, round));
            }
        }
        assertThat(files).as("files for 200 regions").hasSize(1);
    }

    @Test
    void anAccessAfterTheCallThrowsAtOnce() {
        List<MemorySegment> kept = new ArrayList<>();
        try (SharedMemory memory = SharedMemory.recycled(SIZE, kept::add);
                SharedMemory received = received(sent(memory), SIZE)) {
            memory.read(kept::add);
            received.read(kept::add);
            received.read(segment -> kept.add(segment.asSlice(100, 8)));

            assertThat(kept).hasSize(4).allSatisfy(late -> assertThatIllegalStateException()
                    .isThrownBy(() -> late.get(ValueLayout.JAVA_BYTE, 0)));
            assertThatIllegalStateException().isThrownBy(() -> kept.getFirst().set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
        }
    }

    @Test
    void anotherThreadCannotUseTheMemoryNorAnyThreadWriteToWhatIsRead() throws Exception {
        try (ExecutorService executor = Executors.newSingleThreadExecutor();
                SharedMemory memory = SharedMemory.recycled(SIZE, filling(SIZE, 1))) {
            Throwable failure = memory
                    .read(segment -> failureOf(executor, () -> segment.get(ValueLayout.JAVA_BYTE, 0)));

            assertThat(failure).isInstanceOf(WrongThreadException.class);
            assertThat(memory.read(MemorySegment::isReadOnly)).isTrue();
        }
    }

    /** On a kernel before 5.1, and for what has no bytes, memory is made fresh. The promises are the same. */
    @Test
    void freshMemoryIsFilledInACallAsWell() throws Exception {
        List<MemorySegment> kept = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        // The seals of the size come first.
        try (ExecutorService executor = Executors.newSingleThreadExecutor();
                SystemCalls _ = SystemCalls.failing("fcntl", 2, Errno.EINVAL, Thread.currentThread()::equals);
                SharedMemory memory = SharedMemory.recycled(SIZE, segment -> {
                    kept.add(segment);
                    failures.add(failureOf(executor, () -> segment.get(ValueLayout.JAVA_BYTE, 0)));
                    filling(SIZE, 1).accept(segment);
                })) {
            assertThat(memory.region().isRecycled()).isFalse();
            assertThat(failures).singleElement().isInstanceOf(WrongThreadException.class);
            assertThatIllegalStateException().isThrownBy(() -> kept.getFirst().set(ValueLayout.JAVA_BYTE, 0, (byte) 2));
            assertThat(memory.read(MemoryInCallsTest::bytes)).isEqualTo(content(SIZE, 1));
        }
        try (SystemCalls _ = SystemCalls.failing("fcntl", 2, Errno.EINVAL, Thread.currentThread()::equals)) {
            assertThatExceptionOfType(ArithmeticException.class).as("a filler that fails leaves nothing")
                    .isThrownBy(() -> SharedMemory.recycled(SIZE, _ -> {
                        throw new ArithmeticException("on purpose");
                    }));
        }
    }

    private static Throwable failureOf(ExecutorService executor, Runnable use) {
        Future<?> used = executor.submit(use);
        try {
            used.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            return Objects.requireNonNull(e.getCause());
        }
        throw new AssertionError("It has not failed.");
    }

    @Test
    void aHandleThatIsClosedMeanwhileDoesNotEndTheCall() throws Exception {
        SharedMemory memory = SharedMemory.recycled(SIZE, filling(SIZE, 1));
        Object file = inode(memory);
        SharedMemory received = received(sent(memory), SIZE);
        memory.close();
        byte[] read = received.read(segment -> {
            received.close();
            assertThat(isUsedAgain(file)).as("it is being read").isFalse();
            return bytes(segment);
        });
        assertThat(read).isEqualTo(content(SIZE, 1));
        assertThatIllegalStateException().isThrownBy(() -> received.read(MemorySegment::byteSize))
                .withMessageContaining("closed");
        assertThat(isUsedAgain(file)).as("nobody has it").isTrue();
    }

    @Test
    void aFunctionThatFailsToFillLeavesItsMemoryForTheNextOne() {
        Object file;
        try (SharedMemory memory = SharedMemory.recycled(SIZE, filling(SIZE, 1))) {
            file = inode(memory);
        }
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> SharedMemory.recycled(SIZE, _ -> {
            throw new ArithmeticException("on purpose");
        }));
        try (SharedMemory memory = SharedMemory.recycled(SIZE, filling(SIZE, 2))) {
            assertThat(inode(memory)).isEqualTo(file);
            assertThat(memory.read(MemoryInCallsTest::bytes)).isEqualTo(content(SIZE, 2));
            assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> memory.read(_ -> {
                throw new ArithmeticException("on purpose");
            }));
            assertThat(memory.read(MemoryInCallsTest::bytes)).as("after a reader's failure")
                    .isEqualTo(content(SIZE, 2));
        }
    }

    @Test
    void ofEveryMemoryTheBytesAreRead() {
        byte[] content = content(3_000_000, 3);
        try (SharedMemory fresh = SharedMemory.fromBytes(content);
                SharedMemory received = SharedMemoryTest.transfer(fresh);
                SharedMemory empty = SharedMemory.fromBytes(new byte[0]);
                SharedMemory none = SharedMemory.recycled(0, memory -> assertThat(memory.byteSize()).isZero())) {
            assertThat(fresh.read(MemoryInCallsTest::bytes)).isEqualTo(content);
            assertThat(received.read(MemoryInCallsTest::bytes)).isEqualTo(content);
            assertThat(received.read(MemoryInCallsTest::bytes)).as("again").isEqualTo(content);
            assertThat(empty.read(MemorySegment::byteSize)).isZero();
            assertThat(none.isEmpty()).isTrue();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> SharedMemory.recycled(-1, _ -> {}));
    }

    @Test
    void readersAndThoseWhoCloseDoNotDisturbEachOther() throws Exception {
        int readers = 3;
        try (ExecutorService executor = Executors.newFixedThreadPool(readers)) {
            for (int round = 0; round < 300; round++) {
                byte[] content = content(5_000, round);
                SharedMemory memory = round % 2 == 0
                        ? SharedMemory.recycled(5_000, filling(5_000, round))
                        : SharedMemory.fromBytes(content);
                CountDownLatch begun = new CountDownLatch(readers);
                List<Future<byte[]>> reading = new ArrayList<>();
                for (int reader = 0; reader < readers; reader++) {
                    reading.add(executor.submit(() -> {
                        begun.countDown();
                        try {
                            return memory.read(MemoryInCallsTest::bytes);
                        } catch (IllegalStateException closed) {
                            assertThat(closed).hasMessageContaining("closed");
                            return content;
                        }
                    }));
                }
                begun.await();
                memory.close();
                for (Future<byte[]> reader : reading) {
                    assertThat(reader.get(20, TimeUnit.SECONDS)).isEqualTo(content);
                }
            }
        }
    }
}
