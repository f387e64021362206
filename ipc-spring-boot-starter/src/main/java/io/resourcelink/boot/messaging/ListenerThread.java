package io.resourcelink.boot.messaging;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Worker;

/** One of the threads of a listener. Thread-safe. */
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

    /** Starts the thread, also in place of one that has ended. */
    void ensureAlive() {
        worker.ensureAlive();
    }

    boolean isAlive() {
        return worker.isAlive();
    }

    /** Has it end after the message that it handles. Never waits. */
    void stop() {
        worker.stop();
    }

    /**
     * Waits until it has ended. It does not wait for the calling thread, which is within its listener's method, nor for one
     * whose method has called {@code System.exit}: that returns only to a JVM that waits for nobody.
     *
     * @return whether it has ended or was not waited for; if not, it has been interrupted
     */
    boolean await(Deadline deadline) {
        while (!isExiting() && !worker.isCurrent()) {
            if (worker.awaitEnd(Math.min(LOOK_NANOS, deadline.leftNanos()))) {
                return true;
            }
            if (deadline.isOver()) {
                interrupt();
                return false;
            }
        }
        return true;
    }

    private void interrupt() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /** The JVM does not say who has called it; the stack of the caller does. */
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
