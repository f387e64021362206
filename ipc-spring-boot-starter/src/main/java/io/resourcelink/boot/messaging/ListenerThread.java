package io.resourcelink.boot.messaging;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Worker;

/** A thread of a listener. Thread-safe. */
final class ListenerThread {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Worker worker;
    private volatile @Nullable Thread thread;

    ListenerThread(ThreadFactory threads, Failures failures, Worker.Step step) {
        this.worker = new Worker(work -> {
            Thread made = threads.newThread(work);
            thread = made;
            return made;
        }, failures, step, () -> {});
    }

    void start() {
        worker.start();
    }

    /** Starts the thread, or replaces it if it has ended. */
    void ensureAlive() {
        worker.ensureAlive();
    }

    boolean isAlive() {
        return worker.isAlive();
    }

    /** Makes the thread end after the message that it handles. Does not block. */
    void stop() {
        worker.stop();
    }

    /**
     * Waits until the thread has ended. It does not wait for the thread that stops the listener, which may be in its own
     * method. It does not wait either for a thread whose method called {@code System.exit}: that call does not return before
     * the JVM ends.
     *
     * @return whether the thread has ended
     */
    boolean await(Deadline deadline, Thread caller) {
        while (!isExiting() && !caller.equals(thread)) {
            if (worker.awaitEnd(Math.min(LOOK_NANOS, deadline.leftNanos()))) {
                return true;
            }
            if (deadline.isOver()) {
                return false;
            }
        }
        return false;
    }

    /** Interrupts the method that runs, unless the thread has ended, is the given one or has called {@code System.exit}. */
    void interruptUnless(Thread caller) {
        Thread running = thread;
        if (running != null && running.isAlive() && !caller.equals(running) && !isExiting()) {
            running.interrupt();
        }
    }

    /** The JVM does not say which thread called exit. The stack of the thread does. */
    private boolean isExiting() {
        Thread running = thread;
        if (running != null) {
            for (StackTraceElement frame : running.getStackTrace()) {
                if (frame.getMethodName().equals("exit") && frame.getClassName().equals(Runtime.class.getName())) {
                    return true;
                }
            }
        }
        return false;
    }
}
