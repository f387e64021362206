package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.resourcelink.boot.observation.Observed;
import io.resourcelink.channel.PendingReply;
import io.resourcelink.internal.work.Failures;

/*
 * Three events end a request: its reply, its time-out, and the program, which may complete or cancel the future at any time.
 * The first two complete `due`. Then the executor takes the reply, looking once more after a time-out, and completes the
 * future. If the program was first, the reply is closed: by `pending`, if it was not taken, otherwise by the thread that took it
 * and finds the future done. The observation ends before the future is completed, because the program's own functions run then.
 */

/**
 * A request that was sent, whose reply completes a future. No thread waits for it.
 *
 * @param <R> the type of the payload
 * @param <T> the type of what the program gets
 */
final class AsyncReply<R, T> {

    /** A longer time-out needs no timer. */
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(365);

    private final Outgoing request;
    private final ReplyForm<R, T> form;
    private final PendingReply<R> pending;
    private final Observed observed;
    private final Failures failures;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<@Nullable Void> due = new CompletableFuture<>();
    private final CompletableFuture<@Nullable T> future = new CompletableFuture<>();

    /** Takes the pending reply and the observation over. */
    AsyncReply(Outgoing request, ReplyForm<R, T> form, PendingReply<R> pending, Observed observed, Failures failures) {
        this.request = request;
        this.form = form;
        this.pending = pending;
        this.observed = observed;
        this.failures = failures;
    }

    /** {@return the future, which the executor completes} The future has failed already if the wait cannot begin. Never throws. */
    CompletableFuture<@Nullable T> begin(Executor executor) {
        try {
            waitFor(executor);
        } catch (Throwable e) {
            // For example, there is no thread for the time-out. The program does not have the future yet.
            future.completeExceptionally(e);
            end(e);
        }
        return future;
    }

    private void waitFor(Executor executor) {
        long nanos = TimeUnit.NANOSECONDS.convert(request.replyTimeout());
        CompletableFuture<?> _ = future.whenComplete((_, failure) -> end(failure));
        CompletableFuture<?> _ = due.thenRunAsync(this::finish, task -> execute(executor, task))
                .exceptionally(failure -> {
                    future.completeExceptionally(failure);
                    return null;
                });
        if (nanos <= LONGEST_NANOS) {
            CompletableFuture<?> _ = due.completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
        }
        pending.whenDone(Runnable::run, () -> due.complete(null));
    }

    private void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (Throwable e) {
            failures.report("completing a future with the executor that was set", e);
            Thread.ofVirtual().name("ipc-reply").start(task);
        }
    }

    private void finish() {
        T reply;
        try {
            reply = form.await(request, pending, Duration.ZERO);
        } catch (Throwable e) {
            end(e);
            future.completeExceptionally(e);
            return;
        }
        end(null);
        if (!future.complete(reply) && reply != null) {
            discard(reply);
        }
    }

    private void discard(T reply) {
        try {
            form.closing().accept(reply);
        } catch (Throwable e) {
            failures.report("closing a reply that nobody waits for", e);
        }
    }

    private void end(@Nullable Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            due.cancel(false);
            pending.close();
            if (failure != null) {
                observed.failed(failure);
            }
            observed.close();
        }
    }
}
