package io.resourcelink.internal.wire;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Worker;

/*
 * One thread at a time polls the watchlist: the leader. It reports everything that has arrived, for itself and for others. The
 * channel's own thread leads while no other thread does. A platform thread that waits for something leads itself if it can:
 * being woken by another thread costs as much again as being woken by the kernel, and so a message takes one wake-up instead of
 * two. Virtual threads never lead, because they would pin their carriers; they wait on a condition.
 *
 *   leader: null -> the channel's thread, or a waiting platform thread -> null
 *
 * It must never happen that a thread waits and no thread leads for long. Therefore:
 *   - A waiting thread counts itself in `waiting` before it looks for a leader, and calls the channel's thread if there is none.
 *     A leader that leaves clears `leader` before it looks at `waiting`, and calls the channel's thread if others wait. Both are
 *     volatile, so one of the two threads sees the other.
 *   - If no thread waits, the channel's thread is not called, because that costs a system call and the leaver is likely to be
 *     back in a moment. The channel's thread naps meanwhile, never longer than NAP, and leads again when no thread has led for
 *     a nap.
 *   - A waiting thread leads for LEAD at most, then calls the channel's thread and waits like the others. So a thread that waits
 *     for long can be interrupted, and the channel's thread need not nap and look.
 *   - If the last wait of a leader was over at once, the next one is likely to be. Then the leader looks again and again for a
 *     moment, because being woken costs more than the exchange itself. If nothing arrives, it sleeps, and the next leader does
 *     not look. Most of these looks are only where the last message came from (Watchlist.look).
 *   - What is to be run soon is put down before it is looked for a leader. A leader looks for it before it sleeps, and when it has
 *     left; so one of the two sees the other.
 *   - The channel's thread looks after the channel about every second, until nothing has been reported for a second and the upkeep
 *     has found nothing more to do. Then it rests: it sleeps without a limit. A thread that leaves something for the upkeep to do wakes it
 *     (lookAfterSoon), or does it itself.
 *   - The channel's thread makes way only for a thread that wanted to lead, has what it waited for, and is the only one.
 */

/** Has the watchlist of a channel polled, by its own thread or by one that waits. Thread-safe. */
public final class Poller {

    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int UPKEEP_MILLIS = 1_000;
    private static final int WITHOUT_LIMIT = -1;
    private static final long UPKEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(UPKEEP_MILLIS);
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_STOP = TimeUnit.SECONDS.toNanos(5);

    private final Watchlist watchlist;
    private final Failures failures;
    private final BooleanSupplier upkeep;
    private final Worker own;
    private final long spin;
    private final AtomicReference<@Nullable Thread> leader = new AtomicReference<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicReference<@Nullable BooleanSupplier> wanted = new AtomicReference<>();
    private final AtomicLong turns = new AtomicLong();
    private long lookedAfter = System.nanoTime();
    private long reportedThen = -1;
    private volatile boolean attention;
    private volatile boolean resting;
    private volatile boolean soon;
    private volatile boolean called;

    /**
     * Creates it without a thread.
     *
     * @param name the name of the channel's thread
     * @param spin how long a leader looks again and again before it sleeps, in nanoseconds
     * @param upkeep what a leader does about every second, unless nothing happens; returns whether there is more to do later
     */
    Poller(Watchlist watchlist, String name, long spin, Failures failures, BooleanSupplier upkeep) {
        this.watchlist = watchlist;
        this.spin = spin;
        this.failures = failures;
        this.upkeep = upkeep;
        own = new Worker(Thread.ofPlatform().daemon().name(name).factory(), failures, this::step, () -> {});
    }

    /** Starts the channel's thread. */
    void start() {
        own.start();
    }

    /**
     * Waits until a condition holds. Virtual threads do not pin their carriers.
     *
     * @param lock guards the condition
     * @param changed signalled when {@code ready} may have changed
     * @param ready the condition; takes the lock itself
     * @param nanos how long to wait, {@link Long#MAX_VALUE} for no limit
     * @return whether the condition holds; {@code false} if the time is over
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if it would wait in a listener that the leader has called
     */
    public boolean await(Lock lock, Condition changed, BooleanSupplier ready, long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (ready.getAsBoolean()) {
            return true;
        }
        if (isLedByCaller()) {
            throw new IllegalStateException("A ChannelListener must not wait: its thread is the one that receives.");
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
                    long left = Nanos.left(start, nanos);
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

    /** Counts the calling thread as waiting here. For threads that wait for several channels. */
    public void enter() {
        waiting.incrementAndGet();
    }

    /** Ends what {@link #enter} has begun. */
    public void leave() {
        waiting.decrementAndGet();
    }

    /**
     * Reports what has arrived already, or waits until the leader has: two of its turns take in everything that was there
     * before, because a descriptor stays ready until it is read.
     *
     * @param enough whether the caller has what it needs
     */
    public void pollNow(BooleanSupplier enough) {
        long before = watchlist.turns();
        while (!watchlist.isStopped() && !isLedByCaller() && !enough.getAsBoolean() && watchlist.turns() - before < 2) {
            if (tryLead()) {
                try {
                    watchlist.poll(0, enough);
                } finally {
                    endLead(0);
                }
                return;
            }
            if (!watchlist.isBusy()) {
                return;
            }
            LockSupport.parkNanos(this, 10_000);
        }
    }

    /** Has the channel's thread lead if no thread does. */
    public void callUnlessLed() {
        if (leader.get() == null) {
            call();
        }
    }

    /** Has a leader run something before it sleeps, and calls one if there is none. Must be short, and must not wait. */
    void runSoon(Watchlist.Task task) {
        watchlist.runSoon(task);
        callUnlessLed();
    }

    /** {@return whether the calling thread may wait: it is not the leader, in a listener} */
    boolean mayWait() {
        return !isLedByCaller();
    }

    private boolean tryLead() {
        return leader.get() == null && leader.compareAndSet(null, Thread.currentThread());
    }

    private void endLead(int counted) {
        leader.set(null);
        turns.incrementAndGet();
        if (waiting.get() > counted || watchlist.hasTasks()) {
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
        while (!watchlist.isStopped() && tryLead()) {
            try {
                if (!soon || !spin(ready, start, Math.min(most, spin))) {
                    long left = Math.max(0, most - (System.nanoTime() - start));
                    watchlist.poll((int) ((left + 999_999) / 1_000_000), ready);
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

    /** Looks again and again, and yields in between to the thread that is expected to send. */
    @SuppressWarnings("ThreadPriorityCheck") // Both may share a core.
    private boolean spin(BooleanSupplier ready, long start, long nanos) {
        do {
            watchlist.look(ready);
            if (ready.getAsBoolean()) {
                return true;
            }
            Thread.yield();
        } while (!watchlist.isStopped() && System.nanoTime() - start < nanos);
        return false;
    }

    /** Runs on the channel's thread: leads until another thread is better, and then naps while others lead. */
    private void step() {
        // Before looking for a leader: the thread that leads now calls again if need be when it stops leading.
        called = false;
        if (tryLead()) {
            try {
                do {
                    called = false;
                    lookAfterIfDue();
                    watchlist.poll(resting ? WITHOUT_LIMIT : UPKEEP_MILLIS, Poller::isNothingEnough);
                    endRest();
                } while (!watchlist.isStopped() && !isSomebodyBetter());
            } finally {
                resting = false;
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
                    resting = false;
                    endLead(0);
                }
            }
            if (!called && !watchlist.isStopped()) {
                LockSupport.parkNanos(this, NAP);
            }
        } while (!watchlist.isStopped() && !called && turns.get() != before);
    }

    /** What has ended the rest may be the first of many things, such as the removal of a whole directory, so the upkeep waits. */
    private void endRest() {
        if (resting) {
            resting = false;
            lookedAfter = System.nanoTime();
        }
    }

    /** Has the upkeep run within about a second. Any thread may call it. Takes no heap of its own. */
    void lookAfterSoon() {
        attention = true;
        if (resting) {
            watchlist.wake();
        }
    }

    /** {@return whether the channel's thread sleeps without a limit, so that no upkeep follows unless something happens} */
    boolean isResting() {
        return resting;
    }

    private boolean isDue() {
        return System.nanoTime() - lookedAfter >= UPKEEP_NANOS;
    }

    /** Called by the channel's thread while it leads. */
    private void lookAfterIfDue() {
        if (isDue() && !watchlist.isStopped()) {
            lookedAfter = System.nanoTime();
            long reported = watchlist.reported();
            // Before the upkeep, so that what is to be done is seen by the upkeep, or resting is seen by the one that wants it done.
            resting = reported == reportedThen;
            reportedThen = reported;
            attention = false;
            boolean more = true;
            try {
                more = upkeep.getAsBoolean();
            } catch (Throwable e) {
                failures.report("looking after its name", e);
            }
            if (more || attention) {
                resting = false;
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

    /**
     * Ends the channel's thread and the turn of every other leader. Afterwards no other thread is in {@link
     * Watchlist.Watched#ready}, and none will be. Waits as long as one turn takes, which is seconds only if a user's listener
     * holds it up.
     *
     * @return whether every other leader's turn has ended
     */
    boolean stop() {
        long start = System.nanoTime();
        watchlist.stop();
        own.stop();
        boolean ended = isLedByCaller();
        while (!ended && System.nanoTime() - start < LONGEST_STOP) {
            // Again and again, because a wake-up can fail like every other call.
            watchlist.wake();
            ended = own.awaitEnd(NAP);
        }
        while (!isLedByCaller() && !tryLead()) {
            if (System.nanoTime() - start > LONGEST_STOP) {
                return false;
            }
            watchlist.wake();
            LockSupport.parkNanos(this, 50_000);
        }
        return ended;
    }

    /** Whether the calling thread leads, and a user's listener that it has called uses the channel. */
    private boolean isLedByCaller() {
        return Thread.currentThread().equals(leader.get());
    }
}
