package io.resourcelink.channel;

import java.time.Duration;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.JoinedTarget;
import io.resourcelink.internal.wire.Nanos;
import io.resourcelink.internal.wire.Sending;
import io.resourcelink.internal.wire.SharedEnd;
import io.resourcelink.internal.wire.Target;

/**
 * One sending end of a subchannel. The messages of one thread arrive in the order in which they were sent, also through several
 * copies of a sender. A sender can travel in a message: the process that receives the message gets another sender to the same
 * receiver.
 *
 * <p>Thread-safe. The program that opened, received or copied a sender closes it. The receiver is told when the last one is
 * closed, after everything that was sent before. If a process dies, the kernel closes its senders. A sender that the program
 * forgets is closed after the garbage collector has found it.
 *
 * <p>A {@code SubSender<?>} is a sender whose type of messages is not known here. It can be passed on as it is, or be given a
 * type by {@link #typed}.
 *
 * <p>The program keeps its own handles to what a message carries. It may close them as soon as {@code send} has returned.
 *
 * <p>Within one channel messages are encoded as well, but sending them makes no system call.
 *
 * @param <T> the type of the messages
 */
public final class SubSender<T> implements AutoCloseable {

    private final Sending sending;
    private final Encoder encoder;
    private final Target target;
    private final SharedEnd end;
    private final MessageType<T> type;

    /** Takes over one sender that the target has counted. */
    SubSender(Sending sending, Encoder encoder, Target target, MessageType<T> type) {
        this(sending, encoder, target, new SharedEnd(new JoinedTarget(target)::close), type);
    }

    private SubSender(Sending sending, Encoder encoder, Target target, SharedEnd end, MessageType<T> type) {
        this.sending = sending;
        this.encoder = encoder;
        this.target = target;
        this.end = end;
        this.type = type;
    }

    /**
     * Sends a message. Waits while too many messages are waiting at the receiver.
     *
     * @param message the message
     * @throws DisconnectedException if the receiver is gone
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered;
     * nothing is sent
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, also while the call waits
     */
    public void send(T message) throws InterruptedException {
        send(message, Long.MAX_VALUE);
    }

    /**
     * Sends a message, or gives up after a time.
     *
     * @param message the message
     * @param timeout how long to wait
     * @return whether it was sent; if not, nothing of it was sent
     * @throws DisconnectedException if the receiver is gone
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, also while the call waits
     */
    public boolean send(T message, Duration timeout) throws InterruptedException {
        return send(message, Nanos.of(timeout));
    }

    /**
     * Sends a message if that is possible without waiting.
     *
     * @param message the message
     * @return whether it was sent; if not, nothing of it was sent
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

    /**
     * Sends a message and closes what it carries, whether it was sent or not. Otherwise like {@link #send(Object, Duration)}.
     *
     * @param message the message; what it carries is closed when this returns
     * @param timeout how long to wait
     * @return whether it was sent; if not, nothing of it was sent
     * @throws DisconnectedException if the receiver is gone
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, also while the call waits
     */
    public boolean hand(T message, Duration timeout) throws InterruptedException {
        long start = System.nanoTime();
        try (EncodedMessage encoded = new EncodedMessage(true)) {
            encoder.encode(message, type, encoded, target.isLocal());
            JoinedTarget.join(target());
            try {
                sending.ensureOpen();
                return sending.send(encoded, target, end, start, Nanos.of(timeout));
            } finally {
                target.leave();
            }
        }
    }

    /** Counts as one more sender meanwhile: after the last one is released, a message would come too late. */
    private boolean send(T message, long nanos) throws InterruptedException {
        JoinedTarget.join(target());
        try {
            sending.ensureOpen();
            long start = System.nanoTime();
            try (EncodedMessage encoded = new EncodedMessage(false)) {
                encoder.encode(message, type, encoded, target.isLocal());
                return sending.send(encoded, target, end, start, nanos);
            }
        } finally {
            target.leave();
        }
    }

    /**
     * Makes another sender to the same receiver, to be closed on its own. Works also if the receiver is gone.
     *
     * @return the copy
     * @throws IllegalStateException if this sender is closed
     */
    public SubSender<T> retain() {
        JoinedTarget.join(target());
        return new SubSender<>(sending, encoder, target, type);
    }

    /**
     * Returns this sender for messages of another type. No check is possible here: if the receiver does not expect that type, it
     * gets a {@link MessageException} or wrong values.
     *
     * @param <U> the type of the messages
     * @param messages the type of the messages
     * @return a view of this sender: closing either closes both
     */
    public <U> SubSender<U> typed(MessageType<U> messages) {
        return new SubSender<>(sending, encoder, target, end, messages);
    }

    /**
     * Returns this sender for messages of another class; see {@link #typed(MessageType)}.
     *
     * @param <U> the type of the messages
     * @param messages the type of the messages
     * @return a view of this sender: closing either closes both
     */
    public <U> SubSender<U> typed(Class<U> messages) {
        return typed(MessageType.of(messages));
    }

    /** {@return the type of its messages} */
    public MessageType<T> type() {
        return type;
    }

    /**
     * Returns the target.
     *
     * @throws IllegalStateException if this sender is closed
     */
    Target target() {
        end.ensureOpen("sender");
        return target;
    }

    /** {@return whether this sender was closed} */
    public boolean isClosed() {
        return end.isClosed();
    }

    /** Closes this sender. Never waits. Idempotent. */
    @Override
    public void close() {
        end.close();
    }

    @Override
    public String toString() {
        return "SubSender[" + type + (isClosed() ? ", closed" : "") + "]";
    }
}
