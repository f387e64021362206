package io.resourcelink.internal.wire;

import io.resourcelink.internal.work.Closing;

/** Sends the encoded messages of a channel: takes credit, and waits while there is none. Thread-safe. */
public final class Sending {

    private final Lifetime lifetime;
    private final Poller poller;
    private final Traffic sent;
    private final int threshold;

    /**
     * Begins.
     *
     * @param sent counts the messages
     * @param threshold the longest body that travels in a frame, in bytes; a longer one takes a descriptor
     */
    Sending(Lifetime lifetime, Poller poller, Traffic sent, int threshold) {
        this.lifetime = lifetime;
        this.poller = poller;
        this.sent = sent;
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
     * @param target the target
     * @param sender the end that sends; if it is closed meanwhile, the wait ends with an exception
     * @param start when the time limit began
     * @param nanos the time limit
     * @return whether it was sent; if not, the time was over and nothing of it was sent
     */
    public boolean send(EncodedMessage message, Target target, SharedEnd sender, long start, long nanos)
            throws InterruptedException {
        int bytes = message.body().length;
        int descriptors = message.descriptors() + (target.isLocal() || bytes <= threshold ? 0 : 1);
        Window window = target.window();
        while (!window.tryTake(bytes, descriptors)) {
            long left = Nanos.left(start, nanos);
            if (left <= 0 || !poller.await(window.lock, window.changed,
                    () -> sender.isClosed() || window.isReady(), left)) {
                return false;
            }
            sender.ensureOpen("sender");
            lifetime.ensureOpen();
        }
        boolean done;
        try {
            done = target.send(message, Math.max(0, Nanos.left(start, nanos)));
        } catch (Throwable e) {
            Closing.undo(e, () -> window.add(1, bytes, descriptors));
            throw e;
        }
        if (done) {
            sent.count(bytes, message.attachments().size());
        } else {
            window.add(1, bytes, descriptors);
        }
        return done;
    }
}
