package io.resourcelink.boot.collector.autoconfigure;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class OrphanCollectionTest {

    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch finish = new CountDownLatch(1);
    private final OrphanCollection collection = new OrphanCollection(this::run);

    @Test
    void endWaitsForTheCollectionThatRuns() throws InterruptedException {
        Thread running = Thread.ofPlatform().start(collection::collect);
        await().until(() -> begun.get() == 1);
        Thread ending = Thread.ofPlatform().start(collection::end);
        await().until(() -> ending.getState() == Thread.State.BLOCKED);

        finish.countDown();

        ending.join();
        running.join();
    }

    @Test
    void noneBeginsAfterTheEnd() {
        finish.countDown();
        collection.end();

        collection.collect();

        assertThat(begun).hasValue(0);
    }

    private void run() {
        begun.incrementAndGet();
        try {
            finish.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
