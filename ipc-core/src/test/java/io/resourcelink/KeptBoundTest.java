package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.segment.CreateOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What a factory may keep at most, on every store. */
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class KeptBoundTest {

    private static final CreateOptions KEPT = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMinutes(1));
    private static final int PAYLOAD = 1000 - 64;

    private final ContractHost.Kind kind;
    private ContractHost host;
    private ResourceLinkFactory other;
    private final List<ResourceLinkFactory> bounded = new ArrayList<>();

    KeptBoundTest(ContractHost.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(Path directory) {
        host = kind.open(directory);
        other = host.factory();
    }

    @AfterEach
    void close() {
        bounded.forEach(ResourceLinkFactory::close);
        host.clock().advance(Duration.ofDays(1).toMillis());
        other.collectOrphans(Duration.ZERO);
        host.close();
    }

    private ResourceLinkFactory bounded(Duration timeout) {
        ResourceLinkFactory factory = host.builder().kept(2000, timeout).build();
        bounded.add(factory);
        return factory;
    }

    private static void publish(ResourceLinkFactory factory, String key) {
        factory.publish(key, Content.of(new byte[PAYLOAD]), KEPT).close();
    }

    private static void assertFull(ResourceLinkFactory factory) {
        assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> publish(factory, "more"))
                .withMessageContaining("ipc.space.kept").satisfies(full -> {
                    assertThat(full.limit()).isEqualTo(SpaceLimit.APPLICATION);
                    assertThat(full.requested()).isEqualTo(1000);
                });
        assertThat(factory.info("more")).isEmpty();
    }

    @Test
    void atTheBoundMakingKeptSegmentsFails() {
        ResourceLinkFactory factory = bounded(Duration.ZERO);
        publish(factory, "a");
        factory.create("b", PAYLOAD, KEPT).close();
        assertFull(factory);
        factory.publish("passing", Content.of(new byte[PAYLOAD])).close();
        publish(other, "others");
        factory.remove("a");
        publish(factory, "c");
        assertFull(factory);
    }

    @Test
    void whatOtherProcessesRemoveIsRoom() {
        ResourceLinkFactory factory = bounded(Duration.ZERO);
        publish(factory, "a");
        publish(factory, "b");
        assertFull(factory);
        other.remove("a");
        publish(other, "a");
        publish(factory, "c");
        assertFull(factory);
    }

    @Test
    void whatHasExpiredIsRoom() {
        ResourceLinkFactory factory = bounded(Duration.ZERO);
        publish(factory, "a");
        publish(factory, "b");
        host.clock().advance(60_000);
        other.collectOrphans(Duration.ZERO);
        publish(factory, "c");
        publish(factory, "d");
    }

    @Test
    void whatFailsDoesNotCount() {
        ResourceLinkFactory factory = bounded(Duration.ZERO);
        publish(factory, "a");
        for (int round = 0; round < 5; round++) {
            assertThatIllegalStateException().isThrownBy(() -> factory.publish("b", Content.filling(PAYLOAD, _ -> {
                throw new IllegalStateException();
            }), KEPT));
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> factory.create("a", PAYLOAD, KEPT));
        }
        publish(factory, "b");
        assertFull(factory);
    }

    @Test
    void aSegmentLargerThanTheBoundIsRefusedAtOnce() {
        ResourceLinkFactory factory = bounded(Duration.ofDays(1));
        assertThatExceptionOfType(OutOfSpaceException.class)
                .isThrownBy(() -> factory.create("large", 2000, KEPT)).withMessageContaining("needs 2064 bytes");
    }

    @Test
    void aFullBoundIsWaitedFor() throws Exception {
        ResourceLinkFactory factory = bounded(Duration.ofSeconds(50));
        publish(factory, "a");
        publish(factory, "b");
        for (ResourceLinkFactory remover : List.of(factory, other)) {
            FutureTask<Boolean> waiting = new FutureTask<>(() -> publish(factory, "more"), true);
            Thread thread = Thread.ofPlatform().start(waiting);
            Deadline.awaitTrue("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
            assertThat(waiting.isDone()).isFalse();
            remover.remove("a");
            waiting.get();
            factory.remove("more");
            publish(factory, "a");
        }
    }

    @Test
    void theWaitEndsWithItsTimeAnInterruptOrTheFactory() throws Exception {
        ResourceLinkFactory impatient = bounded(Duration.ofMillis(30));
        publish(impatient, "a");
        publish(impatient, "b");
        assertFull(impatient);
        ResourceLinkFactory patient = bounded(Duration.ofSeconds(50));
        publish(patient, "c");
        publish(patient, "d");
        Thread.currentThread().interrupt();
        assertFull(patient);
        assertThat(Thread.interrupted()).isTrue();
        CountDownLatch begun = new CountDownLatch(1);
        FutureTask<Boolean> waiting = new FutureTask<>(() -> {
            begun.countDown();
            publish(patient, "more");
        }, true);
        Thread thread = Thread.ofPlatform().start(waiting);
        begun.await();
        Deadline.awaitTrue("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        patient.close();
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(waiting::get)
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void theBoundIsPositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> host.builder().kept(0));
        assertThatIllegalArgumentException().isThrownBy(() -> host.builder().kept(1, Duration.ofMillis(-1)));
    }
}
