package io.resourcelink.boot.claim.http;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/*
 * A read from a socket ends neither by a deadline for a whole exchange nor by an interrupt. So a virtual thread reads: an interrupt
 * closes the socket that it waits for. The caller does not wait until that thread has ended, because looking up the address of a
 * name can't be interrupted.
 */

/** Calls what reads from sockets, with a deadline. */
final class TimedCall {

    private TimedCall() {}

    /**
     * Calls in another thread, and waits.
     *
     * @param <T> what comes out
     * @param timeout how long to wait at most
     * @param call what to call. After a time-out or an interrupt it is interrupted, and may still run for a while
     * @return what it returned
     * @throws TimeoutException if the time is over
     * @throws InterruptedException if the calling thread was interrupted
     * @throws IllegalStateException if it has thrown a checked exception; unchecked ones and errors are thrown as they are
     */
    static <T> T call(Duration timeout, Callable<T> call) throws TimeoutException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = Thread.ofVirtual().name("ipc-claim").start(task);
        try {
            return task.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } finally {
            thread.interrupt();
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) throws InterruptedException {
        return switch (e.getCause()) {
            case RuntimeException failure -> failure;
            case Error failure -> throw failure;
            case InterruptedException failure -> throw failure;
            case null, default -> new IllegalStateException("A request failed.", e);
        };
    }
}
