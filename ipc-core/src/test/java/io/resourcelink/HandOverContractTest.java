package io.resourcelink;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** How a payload gets from one to the other on every store: published at once, and waited for. */
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class HandOverContractTest {

    private final ContractHost.Kind kind;
    private ContractHost host;
    private ResourceLinkFactory factory;
    private ResourceLinkFactory other;

    HandOverContractTest(ContractHost.Kind kind) {
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

    @Test
    void whatIsPublishedIsCompleteAndReadOnly() {
        try (ResourceLink link = factory.publish("key", Content.filling(4, payload -> {
            assertThat(other.info("key")).isEmpty();
            payload.fill((byte) 7);
        })); ResourceLink acquired = other.acquire("key")) {
            assertThat(acquired.readPayload(0, 4)).containsExactly(7, 7, 7, 7);
            for (ResourceLink reader : List.of(link, acquired, link.retain())) {
                assertThat(reader.payload().isReadOnly()).isTrue();
                assertThat(reader.asByteBuffer().isReadOnly()).isTrue();
                assertThatExceptionOfType(UnsupportedOperationException.class)
                        .isThrownBy(() -> reader.writePayload(new byte[1])).withMessageContaining("was published");
            }
        }
        factory.close();
    }

    @Test
    void aWriterThatFailsLeavesNothing() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> factory.publish("key", Content.filling(4096, _ -> {
                    throw new IOException("no picture");
                }))).withMessage("no picture");
        assertThat(factory.list()).isEmpty();
        factory.create("key", 1).close();
    }

    @Test
    void whetherTheKeyIsFreeShowsAtTheEnd() {
        assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                .isThrownBy(() -> factory.publish("key", Content.filling(4, _ -> other.create("key", 1))))
                .withMessageContaining("held by 1 reference");
        assertThat(other.acquire("key").payloadSize()).isOne();
        other.close();
    }

    @Test
    void aFactoryThatIsClosedMeanwhilePublishesNothing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> factory.publish("key", Content.filling(4, _ -> factory.close())));
        assertThat(other.list()).isEmpty();
    }

    @Test
    void aPublishedSegmentCanBeKept() {
        factory.publish("key", Content.filling(1, payload -> payload.fill((byte) 1)),
                CreateOptions.defaults().withKeep(true)).close();
        try (ResourceLink found = other.acquire("key")) {
            assertThat(found.payload().isReadOnly()).isTrue();
        }
        assertThat(other.remove("key")).isTrue();
    }

    @Test
    void whatIsThereIsNotWaitedFor() throws InterruptedException {
        try (ResourceLink _ = factory.create("key", 1); ResourceLink found = other.acquire("key", Duration.ZERO)) {
            assertThat(found.refcount()).isEqualTo(2);
        }
    }

    @Test
    void whatAppearsLaterIsAcquired() throws Exception {
        FutureTask<byte[]> waiting = waiting(() -> {
            try (ResourceLink found = other.acquire("key", Duration.ofSeconds(30))) {
                return found.readPayload(0, 2);
            }
        });
        try (ResourceLink _ = factory.create("another", 1);
                ResourceLink _ = factory.publish("key", Content.filling(2, payload -> payload.fill((byte) 5)))) {
            assertThat(waiting.get(30, TimeUnit.SECONDS)).containsExactly(5, 5);
        }
    }

    @Test
    void aFactoryWaitsForItself() throws Exception {
        FutureTask<Long> waiting = waiting(() -> {
            try (ResourceLink found = factory.acquire("key", ResourceKind.MAPPED_FILE, Duration.ofSeconds(30))) {
                return found.payloadSize();
            }
        });
        try (ResourceLink _ = factory.create("key", 1);
                ResourceLink _ = factory.create("key", 2,
                        CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE))) {
            assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(2);
        }
    }

    @Test
    void whatDoesNotAppearIsNotFound() {
        assertThatExceptionOfType(SegmentNotFoundException.class)
                .isThrownBy(() -> factory.acquire("key", Duration.ofMillis(20)))
                .withMessageContaining("not even after PT0.02S");
        assertThatExceptionOfType(SegmentNotFoundException.class)
                .isThrownBy(() -> factory.acquire("key", Duration.ofMillis(-1)));
    }

    @Test
    void whoWaitsCanBeInterrupted() throws Exception {
        FutureTask<ResourceLink> waiting = new FutureTask<>(() -> factory.acquire("key", Duration.ofSeconds(30)));
        Thread thread = startWaiting(waiting);
        thread.interrupt();
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
                .withCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void whoWaitsLearnsThatTheFactoryIsClosed() throws Exception {
        FutureTask<ResourceLink> waiting = waiting(() -> factory.acquire("key", Duration.ofSeconds(30)));
        factory.close();
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
                .withCauseInstanceOf(IllegalStateException.class);
    }

    private static <T> FutureTask<T> waiting(Callable<T> work) throws InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        startWaiting(task);
        return task;
    }

    private static Thread startWaiting(FutureTask<?> task) throws InterruptedException {
        Thread thread = Thread.ofPlatform().daemon().start(task);
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            Thread.sleep(1);
        }
        return thread;
    }
}
