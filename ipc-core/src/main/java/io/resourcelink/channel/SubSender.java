package io.resourcelink.channel;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.JoinedTarget;
import io.resourcelink.internal.wire.Nanos;
import io.resourcelink.internal.wire.PendingRequest;
import io.resourcelink.internal.wire.SharedEnd;
import io.resourcelink.internal.wire.Target;
import io.resourcelink.internal.work.Closing;

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

    private final Coding messages;
    private final Target target;
    private final SharedEnd end;
    private final MessageType<T> type;

    /** Takes over one sender that the target has counted. */
    SubSender(Coding messages, Target target, MessageType<T> type) {
        this(messages, target, new SharedEnd(new JoinedTarget(target)::close), type);
    }

    private SubSender(Coding messages, Target target, SharedEnd end, MessageType<T> type) {
        this.messages = messages;
        this.target = target;
        this.end = end;
        this.type = type;
    }

    /**
     * Sends a message. Waits while too many messages are waiting at the receiver.
     *
     * @param message the message
     * @throws DisconnectedException if the receiver is gone, or is stopping
     * @throws DifferentDirectoryException if the message carries a link, and the receiver's process has its segments in another
     * directory; nothing is sent
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered;
     * nothing is sent
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, also while the call waits
     */
    public void send(T message) throws InterruptedException {
        send(message, SendOptions.DEFAULT);
    }

    /**
     * Sends a message, or gives up after a time.
     *
     * @param message the message
     * @param timeout how long to wait
     * @return whether it was sent; if not, nothing of it was sent
     * @throws DisconnectedException if the receiver is gone, or is stopping
     * @throws DifferentDirectoryException if the message carries a link, and the receiver's process has its segments in another
     * directory; nothing is sent
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, also while the call waits
     */
    public boolean send(T message, Duration timeout) throws InterruptedException {
        return send(message, SendOptions.DEFAULT.timeout(timeout));
    }

    /**
     * Sends a message if that is possible without waiting.
     *
     * @param message the message
     * @return whether it was sent; if not, nothing of it was sent
     * @throws DisconnectedException if the receiver is gone, or is stopping
     * @throws DifferentDirectoryException if the message carries a link, and the receiver's process has its segments in another
     * directory; nothing is sent
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered
     * @throws IllegalStateException if this sender or its channel is closed
     */
    public boolean trySend(T message) {
        try {
            return send(message, SendOptions.DEFAULT.timeout(Duration.ZERO));
        } catch (InterruptedException e) {
            throw new AssertionError("Nothing was waited for.", e);
        }
    }

    /**
     * Sends a message with headers, with a maximal age, or handed over.
     *
     * @param message the message
     * @param options how to send it
     * @return whether it was sent; if not, the time was over and nothing of it was sent
     * @throws DisconnectedException if the receiver is gone, or is stopping
     * @throws DifferentDirectoryException if the message carries a link, and the receiver's process has its segments in another
     * directory; nothing is sent
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, also while the call waits
     */
    public boolean send(T message, SendOptions options) throws InterruptedException {
        return send(message, options, null);
    }

    /**
     * Sends a request. The result gives the reply.
     *
     * @param <R> the type of the reply
     * @param message the request
     * @param reply the type of the reply
     * @param options how to send it
     * @return the reply that is to come, which the caller closes
     * @throws UnresponsiveException if the time was over, because too much is waiting at the receiver; nothing was sent
     * @throws DisconnectedException if the receiver is gone, or is stopping
     * @throws DifferentDirectoryException if the message carries a link, and the receiver's process has its segments in another
     * directory; nothing is sent
     * @throws MessageException if the message cannot be encoded or carries too much, or an earlier one was not delivered
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     * @throws IllegalStateException if this sender or its channel is closed, also while the call waits
     */
    public <R> PendingReply<R> request(T message, MessageType<R> reply, SendOptions options)
            throws InterruptedException {
        PendingRequest request = new PendingRequest();
        PendingReply<R> pending = new PendingReply<>(messages, request, target.peer(), reply);
        try {
            if (!send(message, options, request)) {
                throw new UnresponsiveException("The receiver", "it has not handled what was sent before, and takes no"
                        + " more until it has.");
            }
            return pending;
        } catch (Throwable e) {
            Closing.undo(e, pending);
            throw e;
        }
    }

    /** Counts as one more sender meanwhile: after the last one is released, a message would come too late. */
    private boolean send(T message, SendOptions options, @Nullable PendingRequest request) throws InterruptedException {
        if (!options.handOver()) {
            end.ensureOpen("sender");
        }
        try (EncodedMessage encoded = new EncodedMessage(options.handOver())) {
            messages.encode(message, type, encoded, target.isLocal());
            encoded.setHeaders(options.headers());
            encoded.setAges(Nanos.of(options.age()), Nanos.of(options.maxAge()));
            JoinedTarget.join(target());
            try {
                messages.sending().ensureOpen();
                return messages.sending().send(encoded, request, target, end, Nanos.of(options.timeout()));
            } finally {
                target.leave();
            }
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
        return new SubSender<>(messages, target, type);
    }

    /**
     * Returns this sender for messages of another type. No check is possible here: if the receiver does not expect that type, it
     * gets a {@link MessageException} or wrong values.
     *
     * @param <U> the type of the messages
     * @param other the type of the messages
     * @return a view of this sender: closing either closes both
     */
    public <U> SubSender<U> typed(MessageType<U> other) {
        return new SubSender<>(messages, target, end, other);
    }

    /**
     * Returns this sender for messages of another class; see {@link #typed(MessageType)}.
     *
     * @param <U> the type of the messages
     * @param other the type of the messages
     * @return a view of this sender: closing either closes both
     */
    public <U> SubSender<U> typed(Class<U> other) {
        return typed(MessageType.of(other));
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

    /**
     * {@return the id of the process that has the receiver; 0 if its connection has ended, or if the process is in another container
     * and cannot be seen from here} No system call.
     */
    public long process() {
        return target.process();
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
