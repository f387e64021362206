package io.resourcelink.internal.work;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class WorkerTest {

    private static final long PATIENCE = Duration.ofSeconds(30).toNanos();

    private final Failures failures = new Failures("The test's worker");
    private final LinkedBlockingQueue<Throwable> toThrow = new LinkedBlockingQueue<>();
    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();

    private Worker worker(ThreadFactory threads) {
        return new Worker(threads, failures, () -> {
            Throwable thrown = toThrow.poll(10, TimeUnit.MILLISECONDS);
            steps.incrementAndGet();
            if (thrown != null) {
                throw thrown;
            }
        }, ends::incrementAndGet);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void whateverAStepThrowsCostsThatStepAlone(boolean virtual) throws InterruptedException {
        Worker worker = worker(virtual ? Thread.ofVirtual().factory() : Thread.ofPlatform().daemon().factory());
        worker.start();
        for (Throwable thrown : new Throwable[]{ new IllegalStateException("a"), new AssertionError("b"),
            new NoClassDefFoundError("c"), new OutOfMemoryError("d"), new StackOverflowError("e"),
            new Exception("checked") }) {
            long before = failures.count();
            toThrow.put(thrown);
            until(() -> failures.count() == before + 1);
        }
        toThrow.put(new InterruptedException("somebody else's"));
        int then = steps.get();
        until(() -> steps.get() > then + 2);
        assertThat(worker.isAlive()).isTrue();
        assertThat(failures.count()).isEqualTo(6);
        worker.stop();
        assertThat(worker.awaitEnd(PATIENCE)).isTrue();
        assertThat(ends).hasValue(1);
    }

    @Test
    void anInterruptFlagThatAStepLeavesDoesNotEndTheWaitsOfLaterSteps() {
        AtomicInteger interrupted = new AtomicInteger();
        Worker worker = new Worker(Thread.ofPlatform().daemon().factory(), failures, () -> {
            if (Thread.currentThread().isInterrupted()) {
                interrupted.incrementAndGet();
            }
            steps.incrementAndGet();
            Thread.currentThread().interrupt();
        }, () -> {});
        worker.start();
        until(() -> steps.get() > 3);
        worker.stop();
        assertThat(worker.awaitEnd(PATIENCE)).isTrue();
        assertThat(interrupted).hasValue(0);
    }

    @Test
    void aThreadThatHasEndedIsReplaced() {
        AtomicInteger made = new AtomicInteger();
        Worker worker = worker(work -> Thread.ofPlatform().daemon()
                .unstarted(made.incrementAndGet() == 1 ? () -> {} : work));
        worker.start();
        until(() -> !worker.isAlive());
        worker.ensureAlive();
        until(() -> steps.get() > 0);
        assertThat(made).hasValue(2);
        worker.stop();
        assertThat(worker.awaitEnd(PATIENCE)).isTrue();
        assertThat(ends).hasValue(1);
    }

    @Test
    void aThreadThatCannotBeStartedIsTriedAgain() {
        AtomicInteger made = new AtomicInteger();
        Worker worker = worker(work -> {
            if (made.incrementAndGet() <= 2) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return Thread.ofPlatform().daemon().unstarted(work);
        });
        assertThatThrownBy(worker::start).isInstanceOf(OutOfMemoryError.class);
        worker.ensureAlive();
        assertThat(worker.isAlive()).isFalse();
        assertThat(failures.count()).isEqualTo(1);
        worker.ensureAlive();
        assertThat(worker.isAlive()).isTrue();
        worker.stop();
        assertThat(worker.awaitEnd(PATIENCE)).isTrue();
    }

    @Test
    void itsOwnThreadStopsItWithoutWaitingForItself() {
        Worker[] self = new Worker[1];
        CountDownLatch ready = new CountDownLatch(1);
        AtomicInteger waited = new AtomicInteger();
        self[0] = new Worker(Thread.ofPlatform().daemon().factory(), failures, () -> {
            ready.await();
            self[0].stop();
            waited.set(self[0].awaitEnd(PATIENCE) ? 2 : 1);
        }, ends::incrementAndGet);
        self[0].start();
        ready.countDown();
        assertThat(self[0].awaitEnd(PATIENCE)).isTrue();
        assertThat(waited).hasValue(1);
        assertThat(ends).hasValue(1);
    }

    @Test
    void aStepThatHangsHoldsUpTheOwnerForNoLongerThanItSays() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Worker worker = new Worker(Thread.ofPlatform().daemon().factory(), failures, () -> {
            entered.countDown();
            release.await();
        }, ends::incrementAndGet);
        worker.start();
        entered.await();
        worker.stop();
        assertThat(worker.awaitEnd(TimeUnit.MILLISECONDS.toNanos(20))).isFalse();
        assertThat(ends).as("what the step uses is not closed beneath it").hasValue(0);
        release.countDown();
        assertThat(worker.awaitEnd(PATIENCE)).isTrue();
        assertThat(ends).hasValue(1);
    }

    @Test
    void aWorkerThatNeverHadAThreadEndsAtOnce() {
        Worker worker = worker(Thread.ofPlatform().daemon().factory());
        worker.stop();
        worker.start();
        worker.ensureAlive();
        assertThat(worker.isAlive()).isFalse();
        assertThat(worker.awaitEnd(0)).isTrue();
        assertThat(ends).hasValue(1);
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
