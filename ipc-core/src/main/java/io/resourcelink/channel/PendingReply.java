package io.resourcelink.channel;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.RequestException;
import io.resourcelink.internal.wire.Nanos;
import io.resourcelink.internal.wire.PendingRequest;
import io.resourcelink.internal.wire.ReceivedContent;

/**
 * The reply to a request that was sent. The program takes it, once, and closes this: then the receiver need not send a reply that
 * nobody waits for. Closing this does not close a reply that was taken.
 *
 * <p>Thread-safe.
 *
 * {@snippet lang = java :
 * try (PendingReply<Histogram> pending = frames.request(frame, MessageType.of(Histogram.class), SendOptions.DEFAULT)) {
 *     Received<Histogram> reply = pending.await(Duration.ofSeconds(1)).orElseThrow();
 *     ...
 * }
 * }
 *
 * @param <R> the type of the reply
 */
public final class PendingReply<R> implements AutoCloseable {

    private final Coding messages;
    private final PendingRequest request;
    private final String receiver;
    private final MessageType<R> type;

    PendingReply(Coding messages, PendingRequest request, String receiver, MessageType<R> type) {
        this.messages = messages;
        this.request = request;
        this.receiver = receiver;
        this.type = type;
    }

    /**
     * Waits for the reply, and takes it.
     *
     * @param timeout how long to wait
     * @return the reply, which the caller closes; nothing if there is none in time, so that the caller may wait again
     * @throws RequestException if the receiver failed, could not read the request, or ended before it had handled it
     * @throws DisconnectedException if the receiver's process or its channel has ended
     * @throws MessageException if the receiver had no room for what the request carried
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if the reply was taken before, or this is closed
     */
    public Optional<Received<R>> await(Duration timeout) throws InterruptedException {
        return messages.sending().await(request, Nanos.of(timeout)) ? Optional.of(take()) : Optional.empty();
    }

    /** {@return whether {@link #await} returns at once} */
    public boolean isDone() {
        return request.isDone();
    }

    /**
     * Has a task run when {@link #await} returns at once: now, or when the reply arrives.
     *
     * @param executor runs the task; must not run it in the calling thread, which may be the one that receives for all. If it refuses
     * the task, the channel logs that
     * @param task the task
     */
    public void whenDone(Executor executor, Runnable task) {
        messages.sending().observe(request, () -> executor.execute(task));
    }

    private Received<R> take() {
        ReceivedContent content = request.take();
        if (content == null) {
            throw new IllegalStateException("The reply was taken before, or nobody waits for it any more.");
        }
        return Received.reply(messages, content, receiver, type, request.isEmpty());
    }

    /** Gives the reply up, unless it was taken. Never waits. Idempotent. */
    @Override
    public void close() {
        request.cancel();
    }

    @Override
    public String toString() {
        return "PendingReply[" + type + (isDone() ? ", done" : "") + "]";
    }
}
