package io.resourcelink.memory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
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

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.mapping.RecycledRegion;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Memory that is used for one region after the other. */
class RecycledMemoryTest {

    private static final String OURS = "memfd:recycled-resourcelink";
    private static final int SIZE = 100_000;
    private static final int SEAL = 1;
    private static final int SHRINK = 2;
    private static final int GROW = 4;
    private static final int WRITE = 8;
    private static final int FUTURE_WRITE = 16;

    @BeforeEach
    void nothingIsKept() {
        Reclaimer.reclaimAllNow();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        Reclaimer.reclaimAllNow();
        assertThat(Descriptors.count(OURS)).as("descriptors left open").isZero();
        assertThat(Descriptors.countMappings(OURS)).as("mappings left").isZero();
    }

    private static SharedMemory made(int size, long seed) {
        try (SharedMemory.Builder builder = SharedMemory.recycledBuilder(size)) {
            builder.memory().copyFrom(MemorySegment.ofArray(content(size, seed)));
            return builder.build();
        }
    }

    private static byte[] content(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void assertContent(SharedMemory memory, int size, long seed) {
        byte[] expected = content(size, seed);
        assertThat(memory.size()).isEqualTo(size);
        assertThat(memory.asSegment().mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
        assertThat(memory.toByteArray()).isEqualTo(expected);
    }

    /** A message on its way: a descriptor of the same description, as in a socket. */
    private static OpenFile sent(SharedMemory memory) {
        return retained(memory, region -> Descriptors.duplicate(region.file()));
    }

    private interface Use<T> {

        T of(Region region) throws IOException;
    }

    private static <T> T retained(SharedMemory memory, Use<T> use) {
        Region region = memory.region();
        region.retain();
        try {
            region.seal();
            return use.of(region);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            region.release();
        }
    }

    private static SharedMemory received(OpenFile file, long size) {
        return Region.DOOR.outside(RecycledRegion.received(file, size), SharedMemory.class);
    }

    private static Object inode(SharedMemory memory) {
        return retained(memory, region -> Files.getAttribute(Descriptors.path(region.file()), "unix:ino"));
    }

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
    void aFileIsNotUsedAgainWhileAMessageOrAReceiverOrAThirdProcessHasIt() {
        SharedMemory memory = made(SIZE, 1);
        Object file = inode(memory);
        assertThat(isUsedAgain(file)).as("the maker has it").isFalse();
        OpenFile message = sent(memory);
        memory.close();
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).as("a message has it").isFalse();
        SharedMemory received = received(message, SIZE);
        assertThat(isUsedAgain(file)).as("a receiver has it").isFalse();
        OpenFile further = sent(received);
        received.close();
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).as("a second message has it").isFalse();
        try (SharedMemory third = received(further, SIZE)) {
            assertContent(third, SIZE, 1);
            assertThat(isUsedAgain(file)).as("a third process has it").isFalse();
        }
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).as("nobody has it").isTrue();
    }

    /** Makes so many regions at the same time that they need the file if it is free. */
    private static boolean isUsedAgain(Object file) {
        List<SharedMemory> others = new ArrayList<>();
        for (long kept = Descriptors.count(OURS); kept >= 0; kept--) {
            others.add(made(SIZE, 9));
        }
        try {
            return others.stream().anyMatch(other -> inode(other).equals(file));
        } finally {
            others.forEach(SharedMemory::close);
            Reclaimer.reclaimNow();
        }
    }

    @Test
    void aFileOnWhichAPeerHasLockedAByteIsNotUsedAgain() throws IOException {
        Object file;
        OpenFile peer;
        try (SharedMemory memory = made(SIZE, 1)) {
            file = inode(memory);
            peer = retained(memory, region -> Descriptors.reopened(region.file()));
        }
        Reclaimer.reclaimNow();
        Descriptors.lock(peer, 1_000_000);
        assertThat(isUsedAgain(file)).isFalse();
        peer.close();
        assertThat(isUsedAgain(file)).isTrue();
    }

    @Test
    void aMessageThatIsBeingSentKeepsItsFileAfterTheLastHandle() {
        SharedMemory memory = made(SIZE, 1);
        Object file = inode(memory);
        Region region = memory.region();
        region.retain();
        memory.close();
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).isFalse();
        region.release();
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).isTrue();
    }

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
    void aBuilderThatIsClosedGivesItsMemoryBack() {
        Object file;
        try (SharedMemory memory = made(SIZE, 1)) {
            file = inode(memory);
        }
        Reclaimer.reclaimNow();
        SharedMemory.Builder builder = SharedMemory.recycledBuilder(SIZE);
        MemorySegment late = builder.memory();
        assertThat(late.byteSize()).isEqualTo(SIZE);
        assertThat(isUsedAgain(file)).as("it is being filled").isFalse();
        builder.close();
        builder.close();
        assertThatIllegalStateException().isThrownBy(builder::memory);
        assertThatIllegalStateException().isThrownBy(builder::build);
        Deadline.awaitTrue("late accesses are exceptions", () -> !late.scope().isAlive());
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).isTrue();
    }

    @Test
    void whatIsKeptIsBounded() throws IOException {
        List<SharedMemory> open = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            SharedMemory memory = made(4096, i);
            open.add(memory);
            SharedMemory received = received(sent(memory), 4096);
            assertContent(received, 4096, i);
            open.add(received);
        }
        open.forEach(SharedMemory::close);
        Reclaimer.reclaimNow();
        assertThat(Descriptors.count(OURS)).isBetween(1L, 128L);
        assertThat(Descriptors.countMappings(OURS)).isBetween(1L, 256L);
    }

    @Test
    void theBytesThatAreKeptAreBounded() throws IOException {
        long size = 48L << 20;
        List<SharedMemory> open = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            try (SharedMemory.Builder builder = SharedMemory.recycledBuilder(size)) {
                open.add(builder.build());
            }
        }
        open.forEach(SharedMemory::close);
        Reclaimer.reclaimNow();
        assertThat(Descriptors.count(OURS)).isLessThanOrEqualTo(5);
    }

    /** Small views that are opened at the same time share arenas, which end together. */
    @Test
    void aViewThatStaysOpenDoesNotKeepTheFilesOfOthers() {
        for (int i = 0; i < 8; i++) {
            try (SharedMemory memory = made(4096, i)) {
                memory.asSegment();
            }
        }
        List<SharedMemory> received = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            try (SharedMemory memory = made(4096, i)) {
                received.add(received(sent(memory), 4096));
                received.getLast().asSegment();
            }
        }
        try (SharedMemory open = received.removeFirst()) {
            received.forEach(SharedMemory::close);
            Deadline.awaitTrue("one description for each file, and one loan", () -> Descriptors.count(OURS) <= 38 + 1);
            assertContent(open, 4096, 0);
        }
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

    @Test
    void aKernelThatCannotSealSoMakesOrdinaryMemory() throws IOException {
        // The seals of the size come first.
        try (SystemCalls _ = SystemCalls.failing("fcntl", 2, Errno.EINVAL, Thread.currentThread()::equals);
                SharedMemory memory = made(SIZE, 1)) {
            assertThat(memory.region().isRecycled()).isFalse();
            assertContent(memory, SIZE, 1);
        }
        // Without /proc.
        try (SystemCalls _ = SystemCalls.failing("openat", 1, Errno.ENOENT, Thread.currentThread()::equals);
                SharedMemory memory = made(SIZE, 1)) {
            assertThat(memory.region().isRecycled()).isFalse();
        }
    }

    @Test
    void aReceiverWithoutProcReadsAllTheSame() {
        Object file;
        try (SharedMemory memory = made(SIZE, 1)) {
            file = inode(memory);
            OpenFile message = sent(memory);
            try (SystemCalls _ = SystemCalls.failing("openat", 1, Errno.ENOENT, Thread.currentThread()::equals);
                    SharedMemory received = received(message, SIZE)) {
                assertContent(received, SIZE, 1);
            }
        }
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).as("the mapping has not kept the loan").isTrue();
    }

    /** Each call of a life fails once. What is left is checked after each test. */
    @ParameterizedTest
    @ValueSource(strings = { "memfd_create", "fallocate", "mmap", "madvise", "fcntl", "openat", "statx", "fstatfs",
        "pread" })
    void aSystemCallThatFailsCostsAnOperationAndNoDescriptor(String function) throws IOException {
        int calls = 1;
        for (int nth = 1; nth <= calls; nth++) {
            try (SystemCalls failing = SystemCalls.failing(function, nth, Errno.ENOMEM,
                    Thread.currentThread()::equals)) {
                live();
                calls = Math.max(calls, failing.count(function));
            }
            Reclaimer.reclaimAllNow();
            assertThat(Descriptors.count(OURS)).as("descriptors after call %s", nth).isZero();
            assertThat(Descriptors.countMappings(OURS)).as("mappings after call %s", nth).isZero();
        }
    }

    private static void live() {
        for (int round = 0; round < 3; round++) {
            try (SharedMemory memory = made(SIZE, round); SharedMemory received = received(sent(memory), SIZE)) {
                assertContent(memory, SIZE, round);
                assertContent(received, SIZE, round);
            } catch (OsException e) {
                assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
            } catch (IpcException _) {
                // Out of space, or refused because the kernel did not say what it is.
            }
            Reclaimer.reclaimNow();
        }
    }
}
