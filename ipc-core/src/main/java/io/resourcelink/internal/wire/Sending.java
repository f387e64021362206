package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;

/** Sends the encoded messages of a channel: takes credit, and waits while there is none. Thread-safe. */
public final class Sending {

    private final Lifetime lifetime;
    private final Poller poller;
    private final Traffic sent;
    private final Failures failures;
    private final int threshold;

    /**
     * Begins.
     *
     * @param sent counts the messages
     * @param failures told of tasks that cannot be run
     * @param threshold the longest body that travels in a frame, in bytes; a longer one takes a descriptor
     */
    Sending(Lifetime lifetime, Poller poller, Traffic sent, Failures failures, int threshold) {
        this.lifetime = lifetime;
        this.poller = poller;
        this.sent = sent;
        this.failures = failures;
        this.threshold = threshold;
    }

    /** Throws {@link IllegalStateException} if the channel is closed. */
    public void ensureOpen() {
        lifetime.ensureOpen();
    }

    /**
     * Sends a message.
     *
     * @param message the message
     * @param request takes the reply, {@code null} if none is wanted
     * @param target the target
     * @param sender the end that sends; if it is closed meanwhile, the wait ends with an exception
     * @param nanos the time limit, since the message was begun
     * @return whether it was sent; if not, the time was over and nothing of it was sent
     */
    public boolean send(EncodedMessage message, @Nullable PendingRequest request, Target target, SharedEnd sender,
            long nanos) throws InterruptedException {
        WaitLimit limit = new WaitLimit(message.begun(), nanos, sender);
        int bytes = message.body().length;
        int descriptors = message.descriptors() + (target.isLocal() || bytes <= threshold ? 0 : 1);
        long memory = message.memory();
        Window window = target.window();
        while (!window.tryTake(memory, descriptors)) {
            if (!limit.await(poller, window.lock, window.changed, window::isReady)) {
                return false;
            }
            lifetime.ensureOpen();
        }
        boolean done;
        try {
            done = target.send(message, request, limit);
        } catch (Throwable e) {
            Closing.undo(e, () -> window.add(1, memory, descriptors));
            throw e;
        }
        if (done) {
            sent.count(bytes, message.attachments().size());
        } else {
            window.add(1, memory, descriptors);
        }
        return done;
    }

    /**
     * Waits for the reply to a request.
     *
     * @param nanos how long to wait, {@link Long#MAX_VALUE} for no limit
     * @return whether there is a reply, or will never be one
     */
    public boolean await(PendingRequest request, long nanos) throws InterruptedException {
        return poller.await(request.lock, request.changed, request::isDone, nanos);
    }

    /** Has something run when a request is done. What it throws costs the thread that brings the reply nothing. */
    public void observe(PendingRequest request, Runnable whenDone) {
        request.observe(() -> {
            try {
                whenDone.run();
            } catch (Throwable e) {
                failures.report("telling that a reply is there", e);
            }
        });
    }
}
