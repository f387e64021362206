package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
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

    /** {@return the longest body that travels in a frame, in bytes} */
    int threshold() {
        return threshold;
    }

    /** {@return what threads wait in} */
    Poller poller() {
        return poller;
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
        for (;;) {
            Line line = target.window().line();
            Target taker = line.admits() ? target.take(message, threshold) : null;
            taker = taker == null ? await(message, target, line, limit) : taker;
            if (taker == null) {
                return false;
            }
            try {
                return send(message, request, taker, limit);
            } catch (DisconnectedException e) {
                // Nothing of it was sent. It has failed only if the request's own wait has.
                if (!target.isOneOfSeveral() || (request != null && request.isDone())) {
                    throw e;
                }
            }
        }
    }

    /** Waits for room. Returns {@code null} if there was none in time. */
    private @Nullable Target await(EncodedMessage message, Target target, Line line, WaitLimit limit)
            throws InterruptedException {
        if (limit.isOver()) {
            return null;
        }
        try (Line.Place place = line.enter()) {
            Target taker = null;
            while (taker == null) {
                if (!target.awaitRoom(poller, limit, place)) {
                    return null;
                }
                lifetime.ensureOpen();
                taker = place.isAdmitted() || target.window().hasEnded() ? target.take(message, threshold) : null;
            }
            return taker;
        } finally {
            if (!line.isEmpty()) {
                target.wakeWaiting();
            }
        }
    }

    /** A request that was sent counts as a sender until it has its reply. */
    private boolean send(EncodedMessage message, @Nullable PendingRequest request, Target taker, WaitLimit limit)
            throws InterruptedException {
        if (request == null) {
            return deliver(message, null, taker, limit);
        }
        JoinedTarget.join(taker);
        boolean done = false;
        try {
            done = deliver(message, request, taker, limit);
        } finally {
            if (!done && request.notSent()) {
                taker.leave();
            }
        }
        return done;
    }

    /**
     * Sends a message for which room was taken, or gives the room back.
     *
     * @return whether it was sent; if not, the time was over
     */
    boolean deliver(EncodedMessage message, @Nullable PendingRequest request, Target taker, WaitLimit limit)
            throws InterruptedException {
        boolean done;
        try {
            done = taker.send(message, request, limit);
        } catch (Throwable e) {
            Closing.undo(e, () -> taker.giveBack(message, threshold));
            throw e;
        }
        if (done) {
            sent.count(message.body().length, message.attachments().size());
        } else {
            taker.giveBack(message, threshold);
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
