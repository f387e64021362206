package io.resourcelink.internal.work;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.resourcelink.Deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class CloserTest {

    private final AtomicInteger released = new AtomicInteger();

    @Test
    void releasesOnce() {
        Object handle = new Object();
        Closer closer = Closer.of(handle, released::incrementAndGet);
        assertThat(closer.isClosed()).isFalse();
        assertThat(closer.close()).isTrue();
        assertThat(closer.close()).isFalse();
        closer.run();
        assertThat(closer.isClosed()).isTrue();
        assertThat(released).hasValue(1);
        assertThat(handle).isNotNull();
    }

    @Test
    void releasesOnceForAllThreads() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Closer closer = Closer.of(this, released::incrementAndGet);
            List<Future<?>> closing = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                closing.add(threads.submit(() -> {
                    if (closer.close()) {
                        closed.incrementAndGet();
                    }
                }));
            }
            for (Future<?> each : closing) {
                each.get(30, TimeUnit.SECONDS);
            }
        }
        assertThat(released).hasValue(1);
        assertThat(closed).hasValue(1);
    }

    @Test
    void aFailureIsPassedOnAndClosesAllTheSame() {
        Closer closer = Closer.of(this, () -> {
            released.incrementAndGet();
            throw new IllegalStateException("no");
        });
        assertThatIllegalStateException().isThrownBy(closer::close).withMessage("no");
        assertThat(closer.isClosed()).isTrue();
        assertThat(closer.close()).isFalse();
        assertThat(released).hasValue(1);
    }

    @Test
    void releasesWhatWasForgotten() {
        forget();
        Deadline.awaitTrue("it is released", () -> {
            System.gc();
            return released.get() == 1;
        });
    }

    private void forget() {
        assertThat(Closer.of(new Object(), released::incrementAndGet).isClosed()).isFalse();
    }

    /** As a link does, which leaves the work to a thread of its own. */
    @Test
    void aSubclassLearnsOfWhatWasForgottenAndReleasesInItsOwnWay() throws InterruptedException {
        CountDownLatch forgotten = new CountDownLatch(1);
        AtomicInteger claims = new AtomicInteger();
        guardForgotten(new Closer() {

            @Override
            protected void release() {
                released.incrementAndGet();
            }

            @Override
            protected void forgotten() {
                claims.addAndGet(claim() ? 1 : 0);
                claims.addAndGet(claim() ? 1 : 0);
                forgotten.countDown();
            }
        });
        while (!forgotten.await(10, TimeUnit.MILLISECONDS)) {
            System.gc();
        }
        assertThat(claims).hasValue(1);
        assertThat(released).hasValue(0);
    }

    private static void guardForgotten(Closer closer) {
        closer.guard(new Object());
    }
}
