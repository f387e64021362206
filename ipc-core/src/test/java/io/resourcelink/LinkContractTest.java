package io.resourcelink;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.internal.mapping.Reclaimer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What a link promises on every store. */
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class LinkContractTest {

    private final ContractHost.Kind kind;
    private ContractHost host;
    private ResourceLinkFactory factory;
    private ResourceLink link;

    LinkContractTest(ContractHost.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(Path directory) {
        host = kind.open(directory);
        factory = host.factory();
        link = factory.create("key", 10);
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void whatOneWritesTheOtherReads() {
        try (ResourceLink other = host.factory().acquire("key")) {
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
        Reclaimer.reclaimNow();
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
    void aPayloadThatANativeCallUsesStaysUntilTheCallIsThrough(Path directory) throws Exception {
        Path fifo = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        try (FileChannel in = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer payload = link.asByteBuffer();
            FutureTask<Integer> reading = new FutureTask<>(() -> in.read(payload));
            Thread reader = Thread.ofPlatform().start(reading);
            Deadline.awaitTrue("the reader is in the kernel", () -> isInNativeRead(reader));
            link.close();
            factory.close();
            assertThat(link.isClosed()).isTrue();
            assertThat(isInNativeRead(reader)).isTrue();
            Files.write(fifo, new byte[]{ 42 });
            assertThat(reading.get()).isOne();
            Deadline.awaitTrue("late accesses are exceptions",
                    () -> !MemorySegment.ofBuffer(payload).scope().isAlive());
        }
        Files.delete(fifo);
    }

    @Test
    void whatAClosedLinkHasShownIsRefusedAMomentLater() {
        MemorySegment payload = link.payload();
        MemorySegment slice = payload.asSlice(1, 2);
        link.close();
        Deadline.awaitTrue("late accesses are exceptions", () -> !payload.scope().isAlive());
        assertThatIllegalStateException().isThrownBy(() -> payload.get(ValueLayout.JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> slice.get(ValueLayout.JAVA_BYTE, 0));
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
}
