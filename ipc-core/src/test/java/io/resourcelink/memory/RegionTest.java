package io.resourcelink.memory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.Deadline;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Who keeps shared memory, and for how long. */
class RegionTest {

    private static final String OURS = "memfd:resourcelink";

    static SharedMemory received(OpenFile file, long size) {
        return Region.DOOR.outside(Region.received(file, size), SharedMemory.class);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(Descriptors.count(OURS)).as("descriptors left open").isZero();
        assertThat(Descriptors.countMappings(OURS)).as("mappings left").isZero();
    }

    @Test
    void aRetainedRegionCanBeSentAfterItsLastHandleWasClosed() throws IOException {
        SharedMemory memory = SharedMemory.fromByte((byte) 6, 1_000);
        MemorySegment view = memory.asSegment();
        Region region = memory.region();
        region.retain();
        region.retain();
        memory.close();
        Deadline.awaitTrue("late accesses are exceptions", () -> !view.scope().isAlive());
        assertThatIllegalStateException().isThrownBy(() -> view.get(ValueLayout.JAVA_BYTE, 0));
        Deadline.awaitTrue("it is unmapped", () -> countMappings() == 0);
        region.seal();
        region.release();
        try (SharedMemory received = received(Descriptors.reopened(region.file()), 1_000)) {
            region.release();
            assertThat(received.toByteArray()).hasSize(1_000).containsOnly(6);
        }
        assertThatIllegalStateException().isThrownBy(region::retain);
        assertThatIllegalStateException().isThrownBy(region::release);
        assertThatIllegalStateException().isThrownBy(region::file);
    }

    @Test
    void theDescriptorIsForThoseWhoRetainItOnly() {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 6, 10)) {
            assertThatIllegalStateException().isThrownBy(() -> memory.region().file()).withMessageContaining("retain");
            assertThatIllegalStateException().isThrownBy(() -> memory.region().release());
        }
    }

    @Test
    void aRegionThatIsGoneCannotBeSealed() {
        SharedMemory memory = SharedMemory.fromByte((byte) 6, 10);
        Region region = memory.region();
        memory.close();
        assertThatIllegalStateException().isThrownBy(region::seal);
    }

    @Test
    void aReaderDoesNotWaitForTheKernelToSeal() throws Exception {
        CountDownLatch sealing = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        try (SharedMemory memory = SharedMemory.fromByte((byte) 6, 10);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> sealed;
            try (SystemCalls _ = SystemCalls.accompanied((function, _) -> {
                if (function.equals("fcntl")) {
                    sealing.countDown();
                    awaitUninterrupted(goesOn);
                }
                return 0;
            }, _ -> true)) {
                sealed = threads.submit(memory.region()::seal);
                sealing.await();
                Future<Byte> read = threads.submit(() -> memory.asSegment().get(ValueLayout.JAVA_BYTE, 9));
                assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo((byte) 6);
                assertThat(sealed.isDone()).isFalse();
            } finally {
                goesOn.countDown();
            }
            sealed.get();
            assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(memory::unsafeWritable);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aHandleThatIsClosedWhileItIsSealedKeepsItsDescriptorUntilThen() throws Exception {
        SharedMemory memory = SharedMemory.fromByte((byte) 6, 10);
        Region region = memory.region();
        try (SystemCalls _ = SystemCalls.accompanied((function, _) -> {
            if (function.equals("fcntl")) {
                memory.close();
                assertThat(Descriptors.count(OURS)).isEqualTo(1);
            }
            return 0;
        }, Thread.currentThread()::equals)) {
            region.seal();
        }
        assertThat(Descriptors.count(OURS)).isZero();
    }

    @Test
    void nothingIsMappedUntilSomebodyLooks() throws IOException {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 6, 100_000)) {
            assertThat(memory.toByteArray()).hasSize(100_000);
            assertThat(memory.contentEquals(memory)).isTrue();
            assertThat(memory.hashCode()).isEqualTo(memory.hashCode());
            assertThat(Descriptors.countMappings(OURS)).isZero();
            memory.asSegment();
            memory.asSegment();
            assertThat(Descriptors.countMappings(OURS)).isEqualTo(1);
        }
    }

    @Test
    void memoryStaysMappedWhileANativeCallUsesIt() throws Exception {
        Pipe pipe = Pipe.open();
        SharedMemory memory = SharedMemory.fromByte((byte) 6, 100);
        MemorySegment seen = memory.unsafeWritable();
        ByteBuffer target = seen.asByteBuffer();
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                pipe.source().read(target);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!isInNativeRead(reader)) {
                assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
                Thread.onSpinWait();
            }
            memory.retain().close();
            memory.close();
            assertThat(memory.isClosed()).isTrue();
            assertThat(isInNativeRead(reader)).isTrue();
            assertThat(seen.scope().isAlive()).isTrue();
        } finally {
            pipe.sink().write(ByteBuffer.wrap(new byte[]{ 1 }));
            reader.join();
            pipe.sink().close();
            pipe.source().close();
        }
        Deadline.awaitTrue("late accesses are exceptions", () -> !seen.scope().isAlive());
    }

    private static long countMappings() {
        try {
            return Descriptors.countMappings(OURS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isInNativeRead(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0 && stack[0].getMethodName().equals("read0");
    }

    @Test
    void forgottenHandlesAndBuildersAreReleased() throws IOException {
        forget();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (Descriptors.count(OURS) + Descriptors.countMappings(OURS) > 0) {
            System.gc();
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        }
    }

    private static void forget() {
        SharedMemory.fromByte((byte) 1, 10).asSegment();
        SharedMemory.fromByte((byte) 1, 10).retain().unsafeWritable();
        SharedMemory.builder(10).memory();
        SharedMemory.builder(10).build();
    }

    @Test
    void aChildProcessInheritsNothing() throws Exception {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 6, 10)) {
            memory.asSegment();
            Process child = new ProcessBuilder("sh", "-c", "ls -l /proc/self/fd; cat /proc/self/maps").start();
            try (InputStream out = child.getInputStream()) {
                assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8)).doesNotContain(OURS);
            } finally {
                child.destroy();
            }
        }
    }

    @Test
    void copiesAreMadeReadSentAndClosedByManyThreadsAtOnce() throws Exception {
        AtomicInteger takers = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 50; round++) {
                SharedMemory memory = SharedMemory.fromByte((byte) 6, 5_000);
                List<Future<?>> work = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    SharedMemory own = memory.retain();
                    int role = thread;
                    work.add(threads.submit(() -> use(own, role)));
                }
                for (int thread = 0; thread < 4; thread++) {
                    work.add(threads.submit(() -> take(memory, takers)));
                }
                for (Future<?> done : work) {
                    done.get(60, TimeUnit.SECONDS);
                }
                assertThat(memory.isClosed()).isTrue();
            }
        }
        assertThat(takers).as("each is taken once").hasValue(50);
    }

    private static void use(SharedMemory own, int role) {
        try (own; SharedMemory another = own.retain()) {
            assertThat(another.toByteArray()).hasSize(5_000).containsOnly(6);
            switch (role % 4) {
                case 0 -> assertThat(another.asSegment().get(ValueLayout.JAVA_BYTE, 4_999)).isEqualTo((byte) 6);
                case 1 -> SharedMemoryTest.transfer(another).close();
                case 2 -> assertThat(another.contentEquals(own)).isTrue();
                default -> assertThat(another.sameMemoryAs(own)).isTrue();
            }
        }
    }

    private static void take(SharedMemory memory, AtomicInteger takers) {
        try {
            assertThat(memory.take()).hasSize(5_000).containsOnly(6);
            takers.incrementAndGet();
        } catch (IllegalStateException _) {
            // Somebody else was faster.
        }
    }
}
