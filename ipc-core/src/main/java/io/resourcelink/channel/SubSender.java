package io.resourcelink.channel;

import java.time.Duration;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

/**
 * One of the sending ends of a subchannel. Messages of one thread arrive in the order in which they were sent, over all
 * copies of a sender. A sender can travel in a message: what arrives is another sender to the same receiver, in
 * whichever process.
 *
 * <p>Thread-safe. Whoever opened, received or copied it closes it; the receiver is told when the last one is closed, after
 * what was sent before. The kernel closes those of a process that dies. One that is forgotten is closed after the garbage
 * collector has found it.
 *
 * <p>A {@code SubSender<?>} is a sender whose messages are of a type that is not known here: it can be passed on as it is,
 * or be given a type ({@link #typed}).
 *
 * <p>What a message carries stays the sender's: close it when it is not needed any more, which may be as soon as
 * {@code send} has returned.
 *
 * <p>Costs of a message: encoding it, and one system call, in which the kernel copies the encoded bytes; three more for
 * each link it carries, two for each sender, and four for a message that is longer than the channel's threshold. Regions
 * cost no system call of their own after the first time. Within its channel a message is encoded, too, but no system call
 * is made.
 *
 * @param <T> what the messages are
 */
public final class SubSender<T> implements AutoCloseable {

    private final Hub hub;
    private final Target target;
    private final Handle handle;
    private final MessageType<T> type;

    /** Takes over a target with one sender counted. */
    SubSender(Hub hub, Target target, MessageType<T> type) {
        this(hub, target, new Handle(() -> {
            target.leave();
            target.window().wake();
        }), type);
    }

    private SubSender(Hub hub, Target target, Handle handle, MessageType<T> type) {
        this.hub = hub;
        this.target = target;
        this.handle = handle;
        this.type = type;
    }

    /**
     * Sends a message, and waits while too much of what was sent before was not received yet.
     *
     * @param message the message
     * @throws DisconnectedException if the receiver is gone
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered;
     * nothing is sent
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, be it meanwhile
     */
    public void send(T message) throws InterruptedException {
        send(message, Long.MAX_VALUE);
    }

    /**
     * Sends a message, and waits no longer than a given time.
     *
     * @param message the message
     * @param timeout how long to wait
     * @return whether it was sent; if not, nothing of it was
     * @throws DisconnectedException if the receiver is gone
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, be it meanwhile
     */
    public boolean send(T message, Duration timeout) throws InterruptedException {
        return send(message, Nanos.of(timeout));
    }

    /**
     * Sends a message if that needs no waiting.
     *
     * @param message the message
     * @return whether it was sent; if not, nothing of it was
     * @throws DisconnectedException if the receiver is gone
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered
     * @throws IllegalStateException if this sender or its channel is closed
     */
    public boolean trySend(T message) {
        try {
            return send(message, 0);
        } catch (InterruptedException e) {
            throw new AssertionError("Nothing was waited for.", e);
        }
    }

    /** Counts one more: while a message is being sent as well, which would come too late after the last was released. */
    private void join() {
        if (!target().tryJoin()) {
            throw new IllegalStateException("The sender is closed.");
        }
    }

    /**
     * Sends a message and closes what it carries, whether it was sent or not. Otherwise like {@link #send(Object, Duration)}.
     *
     * @param message the message; what it carries is closed when this returns
     * @param timeout how long to wait
     * @return whether it was sent; if not, nothing of it was
     * @throws DisconnectedException if the receiver is gone
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, also while the call waits
     */
    public boolean hand(T message, Duration timeout) throws InterruptedException {
        long start = System.nanoTime();
        try (Packing packing = Packing.of(hub, message, type, target.isLocal(), true)) {
            join();
            try {
                hub.ensureOpen();
                return send(packing, start, Nanos.of(timeout));
            } finally {
                target.leave();
            }
        }
    }

    private boolean send(T message, long nanos) throws InterruptedException {
        join();
        try {
            return sendJoined(message, nanos);
        } finally {
            target.leave();
        }
    }

    private boolean sendJoined(T message, long nanos) throws InterruptedException {
        hub.ensureOpen();
        long start = System.nanoTime();
        try (Packing packing = Packing.of(hub, message, type, target.isLocal())) {
            return send(packing, start, nanos);
        }
    }

    private boolean send(Packing packing, long start, long nanos) throws InterruptedException {
        int bytes = packing.body().length;
        int descriptors = packing.descriptors() + (target.isLocal() || bytes <= hub.threshold() ? 0 : 1);
        Window window = target.window();
        while (!window.tryTake(bytes, descriptors)) {
            long left = RemoteTarget.left(start, nanos);
            if (left <= 0 || !hub.poller().await(window.lock, window.changed,
                    () -> handle.isClosed() || window.isReady(), left)) {
                return false;
            }
            handle.ensureOpen("sender");
            hub.ensureOpen();
        }
        boolean sent = false;
        try {
            sent = target.send(packing, Math.max(0, RemoteTarget.left(start, nanos)));
            if (sent) {
                hub.traffic().sent().count(bytes, packing.carried().size());
            }
            return sent;
        } finally {
            if (!sent) {
                window.add(1, bytes, descriptors);
            }
        }
    }

    /**
     * Another sender to the same receiver, to be closed on its own. Works also when the receiver is gone.
     *
     * @return the copy
     * @throws IllegalStateException if this sender is closed
     */
    public SubSender<T> retain() {
        join();
        return new SubSender<>(hub, target, type);
    }

    /**
     * This sender, for messages of another type. Nobody can check that the receiver expects that type; if it does not, it
     * gets a {@link MessageException} or wrong values.
     *
     * @param <U> what the messages are
     * @param messages what the messages are
     * @return a view of this sender: closing either closes both
     */
    public <U> SubSender<U> typed(MessageType<U> messages) {
        return new SubSender<>(hub, target, handle, messages);
    }

    /**
     * This sender, for messages of another class; see {@link #typed(MessageType)}.
     *
     * @param <U> what the messages are
     * @param messages what the messages are
     * @return a view of this sender: closing either closes both
     */
    public <U> SubSender<U> typed(Class<U> messages) {
        return typed(MessageType.of(messages));
    }

    /** {@return what its messages are} */
    public MessageType<T> type() {
        return type;
    }

    /** Where it sends to, if it is open. */
    Target target() {
        handle.ensureOpen("sender");
        return target;
    }

    /** {@return whether this sender was closed} */
    public boolean isClosed() {
        return handle.isClosed();
    }

    /** Closes this sender. Never waits. Idempotent. */
    @Override
    public void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return "SubSender[" + type + (isClosed() ? ", closed" : "") + "]";
    }
}
