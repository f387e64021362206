package io.resourcelink.internal.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** The threads that wait for keys to appear. Thread-safe. */
public final class Waiters {

    private final Map<String, List<Semaphore>> waiting = new ConcurrentHashMap<>();

    /** Announces a wait for a key. The waiter misses no wake-up from now on. */
    public Waiter waitFor(String key) {
        Semaphore signal = new Semaphore(0);
        waiting.compute(key, (_, present) -> {
            List<Semaphore> waiters = present == null ? new CopyOnWriteArrayList<>() : present;
            waiters.add(signal);
            return waiters;
        });
        return new Waiter(key, signal);
    }

    public void wake(String key) {
        List<Semaphore> waiters = waiting.get(key);
        if (waiters != null) {
            waiters.forEach(Semaphore::release);
        }
    }

    /** Makes all waiting threads look again. */
    public void wakeAll() {
        waiting.keySet().forEach(this::wake);
    }

    /** A thread's wait for a key. */
    public final class Waiter implements AutoCloseable {

        private final String key;
        private final Semaphore signal;

        private Waiter(String key, Semaphore signal) {
            this.key = key;
            this.signal = signal;
        }

        /** Waits until something appears under the key, or the time is over. */
        public boolean await(long nanos) throws InterruptedException {
            return signal.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            waiting.computeIfPresent(key, (_, waiters) -> {
                waiters.remove(signal);
                return waiters.isEmpty() ? emptied() : waiters;
            });
        }
    }

    private static @Nullable List<Semaphore> emptied() {
        return null;
    }
}
