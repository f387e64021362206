package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.InvalidSegmentException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ExtendWith(SharedMemoryDirectory.class)
class ResourceLinkTest {

    private ResourceLinkFactory factory;
    private ResourceLink link;

    @BeforeEach
    void create(Path directory) {
        factory = ResourceLinkFactory.builder().directory(directory).build();
        link = factory.create("key", 10);
    }

    @AfterEach
    void close() {
        factory.close();
    }

    @Test
    void whatOneWritesTheOtherReads(Path directory) {
        try (ResourceLinkFactory elsewhere = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink other = elsewhere.acquire("key")) {
            link.writePayload(new byte[]{ 1, 2, 3 });
            link.writePayload(8, new byte[]{ 9, 10 });
            link.writePayload(3, ByteBuffer.allocateDirect(2).put((byte) 4).put((byte) 5).flip());
            assertThat(other.readPayload(0, 10)).containsExactly(1, 2, 3, 4, 5, 0, 0, 0, 9, 10);
            assertThat(other.readPayload(8, 2)).containsExactly(9, 10);
            other.payload().set(ValueLayout.JAVA_BYTE, 7, (byte) 8);
            assertThat(link.asByteBuffer().get(7)).isEqualTo((byte) 8);
            assertThat(link.asByteBuffer().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        }
    }

    @Test
    void aBufferIsWrittenFromItsPositionToItsLimit() {
        ByteBuffer source = ByteBuffer.wrap(new byte[]{ 0, 1, 2, 3 }).position(1).limit(3);
        link.writePayload(0, source);
        assertThat(source.hasRemaining()).isFalse();
        assertThat(link.readPayload(0, 4)).containsExactly(1, 2, 0, 0);
    }

    @Test
    void whatDoesNotFitIsRefusedWithWhatWasNeededAndWhatThereIs() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> link.writePayload(new byte[11]))
                .withMessageContaining("11 bytes needed at offset 0, 10 available");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> link.writePayload(8, new byte[3]))
                .withMessageContaining("3 bytes needed at offset 8, 2 available");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> link.readPayload(11, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> link.readPayload(-1, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> link.readPayload(0, -1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> link.readPayload(Long.MAX_VALUE, Integer.MAX_VALUE));
        assertThat(link.readPayload(10, 0)).isEmpty();
        assertThat(link.readPayload(0, 10)).containsOnly((byte) 0);
    }

    @Test
    void everyUseAfterCloseIsAnException() {
        MemorySegment payload = link.payload();
        ByteBuffer buffer = link.asByteBuffer();
        link.close();
        link.close();
        assertThat(link.isClosed()).isTrue();
        List<Runnable> uses = List.of(link::key, link::kind, link::size, link::payloadSize, link::isEmpty,
                link::createdAt, link::age, link::ttl, link::isExpired, link::refcount, link::info, link::payload,
                link::asByteBuffer, link::retain, () -> link.readPayload(0, 1), () -> link.writePayload(new byte[1]),
                () -> payload.get(ValueLayout.JAVA_BYTE, 0), () -> buffer.get(0));
        for (Runnable use : uses) {
            assertThatIllegalStateException().isThrownBy(use::run);
        }
        assertThat(link).hasToString("ResourceLink[key, 10 bytes, closed]");
    }

    @Test
    void oneHandleClosedLeavesTheOthersOpen() {
        ResourceLink second = link.retain();
        link.close();
        assertThatIllegalStateException().isThrownBy(link::payload);
        assertThat(second.payload().get(ValueLayout.JAVA_BYTE, 0)).isZero();
        assertThat(second.refcount()).isOne();
    }

    @Test
    void closingFromManyThreadsGivesBackOneReference() throws Exception {
        try (ResourceLink stays = link.retain();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> closing = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                closing.add(threads.submit(() -> {
                    start.await();
                    link.close();
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> one : closing) {
                one.get();
            }
            assertThat(stays.refcount()).isOne();
        }
    }

    @Test
    void aPayloadThatANativeCallUsesKeepsItsLastHandleOpen(Path directory) throws Exception {
        Path fifo = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        try (FileChannel in = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer payload = link.asByteBuffer();
            FutureTask<Integer> reading = new FutureTask<>(() -> in.read(payload));
            Thread reader = Thread.ofPlatform().start(reading);
            while (!isInNativeRead(reader)) {
                Thread.onSpinWait();
            }
            assertThatIllegalStateException().isThrownBy(link::close);
            assertThatIllegalStateException().isThrownBy(factory::close);
            assertThat(link.isClosed()).isFalse();
            assertThat(link.refcount()).isOne();
            Files.write(fifo, new byte[]{ 42 });
            assertThat(reading.get()).isOne();
            assertThat(link.readPayload(0, 1)).containsExactly(42);
            link.close();
            assertThat(link.isClosed()).isTrue();
        }
        Files.delete(fifo);
    }

    private static boolean isInNativeRead(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0 && stack[0].getMethodName().equals("read0");
    }

    @Test
    void thousandsOfHandlesAreOneRun() {
        List<ResourceLink> handles = new ArrayList<>();
        for (int handle = 0; handle < 5000; handle++) {
            handles.add(link.retain());
        }
        assertThat(link.refcount()).isEqualTo(5001);
        assertThat(factory.info("key").orElseThrow().refcount()).isEqualTo(5001);
        handles.forEach(ResourceLink::close);
        assertThat(link.refcount()).isOne();
    }

    /** Compiled code does not stop at a fault, interpreted code does: both must end in the same error. */
    @RepeatedTest(3)
    void accessToAFileThatAPeerTruncatedIsATypedError(Path directory) throws IOException {
        for (int round = 0; round < 10_000; round++) {
            link.retain().close();
            link.readPayload(0, 10);
            link.writePayload(new byte[10]);
        }
        ResourceLink large = factory.create("large", 1 << 20);
        try (FileChannel peer = FileChannel.open(directory.resolve("large"), StandardOpenOption.WRITE)) {
            peer.truncate(0);
        }
        assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> large.readPayload(1 << 19, 100))
                .withMessageContaining("truncated while mapped");
        assertThatExceptionOfType(InvalidSegmentException.class)
                .isThrownBy(() -> large.writePayload(1 << 19, new byte[100]));
        assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(large::info);
        large.retain().close();
        large.close();
        assertThat(large.isClosed()).isTrue();
        assertThat(factory.remove("large", ResourceKind.SHARED_MEMORY)).isFalse();
    }
}
