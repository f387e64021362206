package io.resourcelink.channel;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.wire.Inbox;
import io.resourcelink.internal.wire.LocalTarget;
import io.resourcelink.internal.wire.Nanos;
import io.resourcelink.internal.wire.Poller;
import io.resourcelink.internal.wire.ReceivedMessage;
import io.resourcelink.internal.wire.Receivers;
import io.resourcelink.internal.wire.Receiving;
import io.resourcelink.internal.wire.Remainder;
import io.resourcelink.internal.wire.SharedEnd;
import io.resourcelink.internal.wire.Unhandled;

/**
 * The receiving end of a subchannel. It stays in the channel that opened it. To receive elsewhere, open a subchannel there and
 * send its sender here.
 *
 * <p>Thread-safe. Each message goes to one of the threads that receive. The program that opened it closes it: its senders are
 * told, and messages that were not received are discarded. If the process dies, the kernel does the same. A receiver that the
 * program forgets is closed after the garbage collector has found it.
 *
 * <p>The receiving program owns the regions, links and senders that a message carries, and closes them.
 *
 * <p>Virtual threads do not pin their carriers while they wait. A platform thread that waits reads the sockets itself if no other
 * thread does, which saves waking it.
 *
 * @param <T> the type of the messages
 */
public final class SubReceiver<T> implements AutoCloseable {

    private final Receiving receiving;
    private final Messages messages;
    private final Receivers receivers;
    private final LocalTarget target;
    private final Inbox inbox;
    private final SharedEnd end;
    private final MessageType<T> type;

    SubReceiver(Receiving receiving, Messages messages, Receivers receivers, LocalTarget target, SharedEnd end,
            MessageType<T> type) {
        this.receiving = receiving;
        this.messages = messages;
        this.receivers = receivers;
        this.target = target;
        this.inbox = target.inbox();
        this.end = end;
        this.type = type;
    }

    /**
     * Receives the next message, and waits for it.
     *
     * @return the message
     * @throws DisconnectedException if there is no message, no sender and no travelling sender left
     * @throws MessageException if the next message cannot be decoded, or was lost on arrival; later messages can be received
     * @throws io.resourcelink.error.IpcException if something that it carries cannot be opened, for example because this
     * process has no descriptor left
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this receiver or its channel is closed, also while the call waits
     */
    public T receive() throws InterruptedException {
        T message = receive(Long.MAX_VALUE);
        if (message == null) {
            throw new AssertionError("There was no time limit.");
        }
        return message;
    }

    /**
     * Receives the next message, or gives up after a time.
     *
     * @param timeout how long to wait
     * @return the message, or nothing if none has arrived in time
     * @throws DisconnectedException as {@link #receive()}
     * @throws MessageException as {@link #receive()}
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this receiver or its channel is closed, also while the call waits
     */
    public Optional<T> receive(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(receive(Nanos.of(timeout)));
    }

    /**
     * Receives the next message if it has arrived already.
     *
     * @return the message, or nothing if none has arrived
     * @throws DisconnectedException as {@link #receive()}
     * @throws MessageException as {@link #receive()}
     * @throws IllegalStateException if this receiver or its channel is closed
     */
    public Optional<T> tryReceive() {
        ReceivedMessage message = receiving.takeNow(inbox);
        return message == null ? Optional.empty() : Optional.of(open(message));
    }

    /**
     * Receives the next message together with everything that is opened for it, and waits for it. Closing the result closes
     * everything that the message carries, whatever object has it. The message may be one that cannot be decoded.
     *
     * @return the message, which the caller closes
     * @throws DisconnectedException as {@link #receive()}
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this receiver or its channel is closed, also while the call waits
     */
    public Received<T> take() throws InterruptedException {
        ReceivedMessage message = receiving.take(inbox, Long.MAX_VALUE);
        if (message == null) {
            throw new AssertionError("There was no time limit.");
        }
        receiving.count(message);
        return Received.message(messages, message, type);
    }

    private @Nullable T receive(long nanos) throws InterruptedException {
        ReceivedMessage message = receiving.take(inbox, nanos);
        return message == null ? null : open(message);
    }

    /** Decodes a message that was taken from the inbox, for a program that does not reply. */
    T open(ReceivedMessage message) {
        receiving.count(message);
        return Received.message(messages, message, type).keep();
    }

    /**
     * Sets the age from which on messages are dropped instead of being received. They count in {@link #expired()}. A sender may set a
     * smaller age.
     *
     * @param age the age, zero for none
     */
    public void setMaxAge(Duration age) {
        inbox.setMaxAge(Nanos.of(age));
    }

    /**
     * Has all senders stop: each send from now on fails with a {@link DisconnectedException}. Messages that were sent before are
     * still received, and replied to. After the last one, receiving ends with a {@link DisconnectedException}. Never waits.
     * Idempotent.
     */
    public void stop() {
        target.stop();
    }

    /**
     * Has all senders stop, as {@link #stop()} does, waits until everything that was sent before was handled, and closes this
     * receiver. Other threads receive meanwhile: a message is handled when its {@link Received} is closed. When the time is over, or
     * the thread is interrupted, the senders are told which messages were not handled. If another thread closes this receiver or its
     * channel meanwhile, the wait ends, and the report says what was discarded.
     *
     * @param timeout how long to wait
     * @return what was left
     * @throws InterruptedException if the thread is interrupted while it waits; the receiver is closed nevertheless
     */
    public DrainReport drain(Duration timeout) throws InterruptedException {
        Remainder left;
        try {
            stop();
            receiving.awaitDrained(inbox, Nanos.of(timeout));
        } finally {
            left = receivers.close(target, true);
            close();
        }
        return new DrainReport(left.unhandled().stream().map(this::unhandled).toList(), left.silent());
    }

    private UnhandledMessages unhandled(Unhandled messagesOfOne) {
        return new UnhandledMessages("subchannel " + inbox.subchannel(), messagesOfOne.sender(),
                messagesOfOne.first(), messagesOfOne.last(), true);
    }

    /** {@return how many messages have arrived and were not received yet} */
    public int size() {
        return inbox.size();
    }

    /** {@return how many messages were dropped because they were too old} */
    public long expired() {
        return inbox.expired();
    }

    /**
     * {@return how many messages were published and dropped for this subscriber, because it had no room for them, as far as it was
     * told} It is told with the next message of the same publisher, or when it has handled one.
     */
    public long missed() {
        return inbox.missed();
    }

    /**
     * Returns this receiver for messages of another type. No check is possible here: a message that is not of that type causes a
     * {@link MessageException}, or gives wrong values.
     *
     * @param <U> the type of the messages
     * @param other the type of the messages
     * @return a view of this receiver: closing either closes both
     */
    public <U> SubReceiver<U> typed(MessageType<U> other) {
        return new SubReceiver<>(receiving, messages, receivers, target, end, other);
    }

    /**
     * Returns this receiver for messages of another class; see {@link #typed(MessageType)}.
     *
     * @param <U> the type of the messages
     * @param other the type of the messages
     * @return a view of this receiver: closing either closes both
     */
    public <U> SubReceiver<U> typed(Class<U> other) {
        return typed(MessageType.of(other));
    }

    /** {@return the type of its messages} */
    public MessageType<T> type() {
        return type;
    }

    Inbox inbox() {
        return inbox;
    }

    /** {@return what brings the messages} */
    Poller poller() {
        return receiving.poller();
    }

    /** {@return whether this receiver was closed} */
    public boolean isClosed() {
        return end.isClosed();
    }

    /** Closes this receiver and discards what was not received. Never waits. Idempotent. */
    @Override
    public void close() {
        end.close();
    }

    @Override
    public String toString() {
        return "SubReceiver[" + type + (isClosed() ? ", closed" : "") + "]";
    }
}
