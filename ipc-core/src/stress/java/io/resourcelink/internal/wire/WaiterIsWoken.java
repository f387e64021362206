package io.resourcelink.internal.wire;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

import io.resourcelink.internal.work.Failures;

/** What a thread waits for comes from a task that a leader runs, whichever thread leads then. */
@JCStressTest(Mode.Termination)
@State
@Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "It has what it waits for.")
@Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "It waits, and nobody leads.")
public class WaiterIsWoken {

    private final Failures failures = new Failures("a test");
    private final Watchlist watchlist = new Watchlist(failures);
    private final Poller poller = new Poller(watchlist, "ipc-channel-stress", 0, failures, () -> false);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean there;
    private volatile boolean brought;

    /** Starts the thread that leads while no other does. */
    public WaiterIsWoken() {
        poller.start();
    }

    @Actor
    public void await() throws InterruptedException {
        poller.await(lock, changed, () -> there, Long.MAX_VALUE);
        while (!brought) {
            Thread.onSpinWait();
        }
        poller.stop();
        watchlist.free();
    }

    @Signal
    public void bring() {
        poller.runSoon(_ -> {
            lock.lock();
            try {
                there = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            return false;
        });
        brought = true;
    }
}
