package io.resourcelink.memory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.resourcelink.Deadline;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Memory that is used for one region after the other. */
class RecycledMemoryTest extends RecycledMemoryFixture {

    @Test
    void theSameFileComesAgainWithAnotherContent() {
        Object first;
        try (SharedMemory memory = made(SIZE, 1); SharedMemory received = received(sent(memory), SIZE)) {
            first = inode(memory);
            assertThat(inode(received)).isEqualTo(first);
            assertContent(memory, SIZE, 1);
            assertContent(received, SIZE, 1);
        }
        Reclaimer.reclaimNow();
        try (SharedMemory memory = made(60_000, 2); SharedMemory received = received(sent(memory), 60_000)) {
            assertThat(inode(memory)).as("the file").isEqualTo(first);
            assertContent(memory, 60_000, 2);
            assertContent(received, 60_000, 2);
        }
    }

    @Test
    void regionsOfRandomSizesShareFewFilesAndNothingIsBehindThem() throws IOException {
        Random random = new Random(5);
        Set<Object> files = new HashSet<>();
        for (int round = 0; round < 300; round++) {
            int size = 1 + random.nextInt(1 << (4 + random.nextInt(15)));
            try (SharedMemory memory = made(size, round); SharedMemory received = received(sent(memory), size)) {
                files.add(inode(memory));
                assertContent(received, size, round);
                assertContent(memory, size, round);
                assertZeroBehind(received, size);
            }
            Reclaimer.reclaimNow();
        }
        assertThat(files).as("files for 300 regions").hasSizeLessThan(60);
    }

    private static void assertZeroBehind(SharedMemory memory, int size) {
        byte[] behind = retained(memory, region -> {
            try (RandomAccessFile file = new RandomAccessFile(Descriptors.path(region.file()).toFile(), "r")) {
                byte[] rest = new byte[(int) file.length() - size];
                file.seek(size);
                file.readFully(rest);
                return rest;
            }
        });
        assertThat(behind).isEqualTo(new byte[behind.length]);
        assertThat(behind.length <= size || size + behind.length == 4096).as("at most twice as long").isTrue();
    }

    @Test
    void whatAReceiverKnowsIsNotMappedAgain() {
        for (int round = 0; round < 3; round++) {
            try (SharedMemory memory = made(SIZE, round)) {
                OpenFile message = sent(memory);
                try (SystemCalls calls = SystemCalls.counting(Thread.currentThread()::equals);
                        SharedMemory received = received(message, SIZE)) {
                    assertThat(received.asSegment().get(ValueLayout.JAVA_BYTE, SIZE - 1))
                            .isEqualTo(content(SIZE, round)[SIZE - 1]);
                    assertThat(calls.count("mmap")).isEqualTo(round == 0 ? 1 : 0);
                    assertThat(calls.count("statx")).isLessThanOrEqualTo(round == 0 ? 2 : 1);
                    assertThat(calls.count("fcntl")).isLessThanOrEqualTo(round == 0 ? 2 : 0);
                }
            }
            Reclaimer.reclaimNow();
        }
    }

    @Test
    void twoRegionsOfOneFileAreEachMapped() {
        try (SharedMemory memory = made(SIZE, 1)) {
            for (int round = 0; round < 2; round++) {
                SharedMemory one = received(sent(memory), SIZE);
                try (SharedMemory other = received(sent(memory), SIZE)) {
                    try (one) {
                        assertContent(one, SIZE, 1);
                    }
                    Reclaimer.reclaimNow();
                    assertContent(other, SIZE, 1);
                }
                Reclaimer.reclaimNow();
            }
        }
    }

    @Test
    void anotherFileIsNeverTakenForAKnownOne() throws IOException {
        List<Object> inodes = new ArrayList<>();
        for (int round = 0; round < 50; round++) {
            try (SharedMemory memory = made(SIZE, round); SharedMemory received = received(sent(memory), SIZE)) {
                inodes.add(inode(memory));
                assertContent(received, SIZE, round);
            }
            Reclaimer.reclaimNow();
            if (round % 2 == 0) {
                // Both sides forget it, so the next one is fresh.
                Reclaimer.reclaimAllNow();
            }
        }
        assertThat(Set.copyOf(inodes)).hasSizeBetween(20, 30);
    }

    @Test
    void lateAccessesAreExceptionsAndNeverShowTheNextContent() {
        SharedMemory memory = made(SIZE, 1);
        SharedMemory received = received(sent(memory), SIZE);
        MemorySegment late = received.asSegment();
        MemorySegment lateAtTheMaker = memory.asSegment();
        received.close();
        memory.close();
        Deadline.awaitTrue("late accesses are exceptions", () -> !late.scope().isAlive()
                && !lateAtTheMaker.scope().isAlive());
        assertThatIllegalStateException().isThrownBy(() -> late.get(ValueLayout.JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> lateAtTheMaker.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void contentNeverChangesUnderTheReadersOfManyThreads() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> work = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                long seed = 1_000L * thread;
                work.add(threads.submit(() -> exchange(seed)));
            }
            for (Future<?> done : work) {
                done.get(60, TimeUnit.SECONDS);
            }
        }
    }

    private static void exchange(long seed) {
        record Held(SharedMemory memory, int size, long seed) {}
        Random random = new Random(seed);
        Deque<Held> held = new ArrayDeque<>();
        for (long round = seed; round < seed + 400; round++) {
            int size = 20_000 + random.nextInt(20_000);
            try (SharedMemory memory = made(size, round)) {
                held.add(new Held(received(sent(memory), size), size, round));
            }
            while (held.size() > random.nextInt(8)) {
                Held oldest = held.remove();
                assertContent(oldest.memory(), oldest.size(), oldest.seed());
                oldest.memory().close();
            }
        }
        held.forEach(left -> left.memory().close());
    }

    @Test
    void emptyMemoryIsLikeAnyOther() {
        try (SharedMemory memory = made(0, 1)) {
            assertThat(memory.isEmpty()).isTrue();
            assertThat(memory.mayChange()).isFalse();
        }
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> SharedMemory.recycledBuilder(-1));
        assertThatExceptionOfType(IpcException.class).isThrownBy(() -> SharedMemory.recycledBuilder(Long.MAX_VALUE));
    }

    @Test
    void otherMemorySaysWhetherItMayChange() {
        try (SharedMemory written = SharedMemory.fromByte((byte) 1, SIZE);
                SharedMemory sealed = SharedMemory.fromByte((byte) 1, SIZE)) {
            assertThat(sealed.mayChange()).isTrue();
            written.unsafeWritable();
            try (SharedMemory changing = SharedMemoryTest.transfer(written);
                    SharedMemory lasting = SharedMemoryTest.transfer(sealed)) {
                assertThat(written.mayChange()).isTrue();
                assertThat(changing.mayChange()).isTrue();
                assertThat(sealed.mayChange()).isFalse();
                assertThat(lasting.mayChange()).isFalse();
            }
        }
    }
}
