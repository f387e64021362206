package io.resourcelink.channel;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.resourcelink.Deadline;

/** Threads that a test starts, and ends with it. */
final class Crew implements AutoCloseable {

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final ExecutorService executor = Executors.newThreadPerTaskExecutor(task -> {
        Thread thread = new Thread(task, "crew");
        threads.add(thread);
        return thread;
    });

    /** Something to do that may fail. */
    interface Task {

        void run() throws Exception;
    }

    <T> Future<T> call(Callable<T> task) {
        return executor.submit(task);
    }

    Future<Void> run(Task task) {
        return executor.submit(() -> {
            task.run();
            return null;
        });
    }

    /** Until every thread that was started waits for something, or is done. */
    void awaitWaiting() {
        Deadline.awaitTrue("all threads wait", () -> threads.stream().allMatch(Crew::waits));
    }

    /** A thread that leads is in a system call, which the JVM takes for running. */
    private static boolean waits(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            default -> Arrays.stream(thread.getStackTrace()).anyMatch(frame -> "await".equals(frame.getMethodName()));
        };
    }

    @Override
    public void close() {
        executor.shutdownNow();
        boolean ended = false;
        try {
            ended = executor.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            throw new AssertionError("A thread does not end: " + threads);
        }
    }
}
