package io.resourcelink.sample.studio;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.resourcelink.sample.message.WorkerReport;

/** A worker's process, as its studio sees it. Thread-safe. */
final class Worker {

    /** In the order in which they follow one another. */
    enum State {
        STARTING, READY, STOPPING, KILLED, HUNG
    }

    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final Duration GRACE = Duration.ofSeconds(12);

    private final Process process;
    private final AtomicLong answered = new AtomicLong();
    private volatile State state = State.STARTING;
    private final AtomicLong silentRounds = new AtomicLong();
    private volatile @Nullable WorkerReport last;

    Worker(Process process) {
        this.process = process;
    }

    long pid() {
        return process.pid();
    }

    State state() {
        return state;
    }

    /** Whether it got as far as taking tasks before it was asked to end. */
    void ready() {
        if (state == State.STARTING) {
            state = State.READY;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Tasks to which its replies have come. */
    long answered() {
        return answered.get();
    }

    void hasAnswered() {
        answered.incrementAndGet();
    }

    /** What it said when it had stopped. */
    @Nullable
    WorkerReport lastReport() {
        return last;
    }

    void lastReport(WorkerReport report) {
        last = report;
    }

    /** It has said that it is alive, and is not stuck in a task. */
    void heard() {
        silentRounds.set(0);
    }

    /** One more look at it without a sign of life meanwhile. */
    void nothingHeard() {
        silentRounds.incrementAndGet();
    }

    /** How often it was looked at since its last sign of life. */
    long silentRounds() {
        return silentRounds.get();
    }

    /** Kills it because it does not answer. What was asked to stop is not replaced; nor is what was never ready. */
    void endHanging() {
        if (state == State.READY) {
            state = State.HUNG;
        }
        process.destroyForcibly();
    }

    /** Kills it, as the kernel would for lack of memory. */
    void kill() {
        state = State.KILLED;
        process.destroyForcibly();
    }

    /** Asks it to stop. It handles what it has accepted, and then ends. */
    void stop() {
        state = State.STOPPING;
        process.destroy();
    }

    /** Waits until it has ended, and kills it if that takes too long. */
    void awaitEnd() {
        try {
            process.getOutputStream().close();
            if (process.waitFor(GRACE)) {
                return;
            }
        } catch (IOException e) {
            log.debug("Worker {} is gone", pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
