package io.resourcelink.channel;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Readiness;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Worker;

/*
 * Somebody has to read the sockets; whoever does is the leader. There is one at most, and it dispatches everything that has
 * come, its own and others'. A thread of the channel's own leads while nobody else does. A platform thread that waits
 * for something leads itself if it can, because being woken by another thread costs as much again as being woken by the
 * kernel: a message then takes one wake-up instead of two. Virtual threads never lead, which would pin their carriers;
 * they wait on a condition.
 *
 *   leader: null -> the channel's thread, or a waiting platform thread -> null
 *
 * What must never happen is that somebody waits and nobody leads for long. So:
 *   - Who waits has counted itself in `waiting` before it looks for a leader, and calls the channel's thread if there is
 *     none. A leader that leaves clears `leader` before it looks at `waiting`, and calls the channel's thread if others
 *     wait. Both are volatile, so one of the two sees the other.
 *   - If nobody waits, the channel's thread is not called, since that costs a system call: the leaver is likely to be back
 *     in a moment. The channel's thread naps meanwhile, never longer than NAP, and leads again as soon as nobody has led for
 *     a nap.
 *   - A waiting thread leads for LEAD at most, then calls the channel's thread and waits like everybody: so a thread that
 *     waits for long can be interrupted, and the channel's thread need not nap and look.
 *   - If the last wait of a leader was over at once, the next one is likely to be. Then it looks again and again for a
 *     moment, because being woken costs more than the exchange itself; if nothing has come then, it sleeps, and the next
 *     one does not look.
 *   - The channel's thread gives way only to a thread that wanted to lead, has what it waited for, and is the only one.
 */

/**
 * Waits for descriptors, and for what they bring. Thread-safe.
 */
final class Poller {

    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int UPKEEP_MILLIS = 1_000;
    private static final long UPKEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(UPKEEP_MILLIS);
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_STOP = TimeUnit.SECONDS.toNanos(5);

    private final Readiness readiness = Readiness.open();
    private final ConcurrentMap<Long, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong();
    private final AtomicReference<@Nullable Thread> leader = new AtomicReference<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicReference<@Nullable BooleanSupplier> wanted = new AtomicReference<>();
    private final AtomicLong turns = new AtomicLong();
    private final Failures failures;
    private final Runnable upkeep;
    private final Worker own;
    private final long spin;
    private long lookedAfter = System.nanoTime();
    private volatile boolean soon;
    private volatile boolean dispatching;
    private volatile long dispatched;
    private volatile boolean called;
    private volatile boolean closed;

    /** Something with a descriptor. */
    interface Watched {

        /**
         * The descriptor is ready. Called by the leader. Must not block, nor run anybody else's code.
         *
         * @param enough whether the leader has what it leads for, so that the rest may wait for the next turn
         */
        void ready(boolean readable, boolean writable, BooleanSupplier enough);
    }

    /**
     * @param spin how long, in nanoseconds, a leader looks again and again before it sleeps
     * @param upkeep what the channel's thread does about every second while it leads
     */
    Poller(String name, long spin, Failures failures, Runnable upkeep) {
        this.spin = spin;
        this.failures = failures;
        this.upkeep = upkeep;
        own = new Worker(Thread.ofPlatform().daemon().name(name).factory(), failures, this::step, () -> {});
    }

    /** Starts the channel's thread. */
    void start() {
        own.start();
    }

    /** A key for something to be watched, never used again. */
    long newKey() {
        return keys.getAndIncrement();
    }

    /** Watches a descriptor for something to read. */
    void add(OpenFile file, long key, Watched what) {
        watched.put(key, what);
        try {
            readiness.add(file, key);
        } catch (RuntimeException | Error e) {
            watched.remove(key);
            throw e;
        }
    }

    void change(OpenFile file, long key, boolean reading, boolean writing) {
        readiness.change(file, key, reading, writing);
    }

    /**
     * Ends watching, before the caller closes the descriptor, which must not fail because of this. What was ready already is not
     * reported any more, unless the leader is just about to.
     */
    void remove(OpenFile file, long key) {
        if (watched.remove(key) != null) {
            try {
                readiness.remove(file);
            } catch (IpcException e) {
                failures.report("ending the watch on a descriptor", e);
            }
        }
    }

    /**
     * Waits until something is so, or the time is over. Interruptible; virtual threads do not pin their carriers.
     *
     * @param lock guards the condition
     * @param changed signalled when the answer of {@code ready} may have changed
     * @param ready what is waited for; takes the lock itself
     * @param nanos how long, {@link Long#MAX_VALUE} for ever
     */
    boolean await(Lock lock, Condition changed, BooleanSupplier ready, long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (ready.getAsBoolean()) {
            return true;
        }
        long start = System.nanoTime();
        enter();
        try {
            if (!Thread.currentThread().isVirtual() && lead(ready, start, nanos)) {
                return true;
            }
            callUnlessLed();
            lock.lock();
            try {
                while (!ready.getAsBoolean()) {
                    long left = nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
                    if (left <= 0) {
                        return false;
                    }
                    changed.awaitNanos(left);
                }
                return true;
            } finally {
                lock.unlock();
            }
        } finally {
            wanted.compareAndSet(ready, null);
            leave();
        }
    }

    /** Counts the calling thread as one that waits for what this poller brings, while it waits for something else, too. */
    void enter() {
        waiting.incrementAndGet();
    }

    void leave() {
        waiting.decrementAndGet();
    }

    /**
     * Dispatches what has come already, or sees to it that the leader has: two of its turns take in everything that was there
     * before, because what is ready stays so until it is read. One system call if nothing has come.
     */
    void pollNow(BooleanSupplier enough) {
        long before = dispatched;
        while (!closed && !enough.getAsBoolean() && dispatched - before < 2) {
            if (tryLead()) {
                try {
                    poll(0, enough);
                } finally {
                    endLead(0);
                }
                return;
            }
            if (!readiness.hasReady() && !dispatching) {
                return;
            }
            LockSupport.parkNanos(this, 10_000);
        }
    }

    void callUnlessLed() {
        if (leader.get() == null) {
            call();
        }
    }

    private boolean tryLead() {
        return leader.get() == null && leader.compareAndSet(null, Thread.currentThread());
    }

    private void endLead(int counted) {
        leader.set(null);
        turns.incrementAndGet();
        if (waiting.get() > counted) {
            call();
        }
    }

    /** Makes the channel's thread lead now. */
    private void call() {
        called = true;
        own.wake();
    }

    private boolean lead(BooleanSupplier ready, long start, long nanos) throws InterruptedException {
        long most = Math.min(nanos, LEAD);
        while (!closed && tryLead()) {
            try {
                if (!soon || !spin(ready, start, Math.min(most, spin))) {
                    long left = Math.max(0, most - (System.nanoTime() - start));
                    poll((int) ((left + 999_999) / 1_000_000), ready);
                }
            } finally {
                endLead(1);
            }
            if (ready.getAsBoolean()) {
                soon = System.nanoTime() - start <= 2 * spin;
                return true;
            }
            soon = false;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - start >= most) {
                return false;
            }
        }
        wanted.set(ready);
        return false;
    }

    /** Looks again and again, and gives way in between to whoever is to bring what is waited for. */
    @SuppressWarnings("ThreadPriorityCheck") // Both may share a core.
    private boolean spin(BooleanSupplier ready, long start, long nanos) {
        do {
            poll(0, ready);
            if (ready.getAsBoolean()) {
                return true;
            }
            Thread.yield();
        } while (!closed && System.nanoTime() - start < nanos);
        return false;
    }

    /** The channel's thread leads until another thread is better, and then naps while others lead. */
    private void step() {
        // Before looking for a leader: the thread that leads now calls again if need be when it stops leading.
        called = false;
        if (tryLead()) {
            try {
                do {
                    called = false;
                    lookAfterIfDue();
                    poll(UPKEEP_MILLIS, Poller::isNothingEnough);
                } while (!closed && !isSomebodyBetter());
            } finally {
                leader.set(null);
            }
        }
        long before;
        do {
            before = turns.get();
            if (isDue() && tryLead()) {
                try {
                    lookAfterIfDue();
                } finally {
                    endLead(0);
                }
            }
            if (!called && !closed) {
                LockSupport.parkNanos(this, NAP);
            }
        } while (!closed && !called && turns.get() != before);
    }

    private boolean isDue() {
        return System.nanoTime() - lookedAfter >= UPKEEP_NANOS;
    }

    /** Called by the channel's thread while it leads. */
    private void lookAfterIfDue() {
        if (isDue() && !closed) {
            lookedAfter = System.nanoTime();
            try {
                upkeep.run();
            } catch (Throwable e) {
                failures.report("looking after its name", e);
            }
        }
    }

    private static boolean isNothingEnough() {
        return false;
    }

    private boolean isSomebodyBetter() {
        BooleanSupplier somebody = wanted.get();
        return somebody != null && waiting.get() <= 1 && somebody.getAsBoolean()
                && wanted.compareAndSet(somebody, null);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the leader writes it.
    private void poll(int timeoutMillis, BooleanSupplier enough) {
        int ready = ready(timeoutMillis);
        dispatching = true;
        try {
            for (int i = 0; i < ready && !closed; i++) {
                dispatch(i, enough);
            }
        } finally {
            dispatching = false;
            dispatched++;
        }
    }

    /** A wait that the system refuses, for lack of memory, is tried again in the next turn. */
    private int ready(int timeoutMillis) {
        try {
            return readiness.await(timeoutMillis);
        } catch (IpcException e) {
            failures.report("waiting for messages", e);
            LockSupport.parkNanos(this, NAP);
            return 0;
        }
    }

    /** What goes wrong with one descriptor must not keep the others waiting, nor reach the leader, whose call it is not. */
    private void dispatch(int index, BooleanSupplier enough) {
        try {
            Watched what = watched.get(readiness.key(index));
            if (what != null) {
                what.ready(readiness.isReadable(index), readiness.isWritable(index), enough);
            }
        } catch (Throwable e) {
            failures.report("serving a descriptor", e);
        }
    }

    /**
     * Ends the channel's thread and every other leader's turn. After it no other thread is in {@link Watched#ready}, or will
     * be. Waits no longer than a turn's dispatching takes, which is seconds only if a user's listener holds it up.
     *
     * @return whether every other leader's turn has ended
     */
    boolean stop() {
        long start = System.nanoTime();
        closed = true;
        own.stop();
        boolean ended = isLedByCaller();
        while (!ended && System.nanoTime() - start < LONGEST_STOP) {
            // Again and again, because a wake-up can fail like every other call.
            readiness.wake();
            ended = own.awaitEnd(NAP);
        }
        while (!isLedByCaller() && !tryLead()) {
            if (System.nanoTime() - start > LONGEST_STOP) {
                return false;
            }
            readiness.wake();
            LockSupport.parkNanos(this, 50_000);
        }
        return ended;
    }

    /** Whether the channel is being closed by a listener that the calling thread, which leads, has called. */
    private boolean isLedByCaller() {
        return Thread.currentThread().equals(leader.get());
    }

    /** Frees everything, after {@link #stop}. */
    void free() {
        readiness.close();
    }
}
