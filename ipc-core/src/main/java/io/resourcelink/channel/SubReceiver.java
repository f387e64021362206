package io.resourcelink.channel;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

/**
 * The receiving end of a subchannel. It stays where it was opened; to receive elsewhere, send a sender from there.
 *
 * <p>Thread-safe: each message goes to one of those who receive. Whoever opened it closes it; its senders are told, and
 * what was not received is discarded. When the process dies, the kernel does the same. One that is forgotten is closed
 * after the garbage collector has found it.
 *
 * <p>What a message carries is the receiver's: regions, links and senders that come in it are to be closed.
 *
 * <p>Virtual threads do not pin their carriers while they wait. A platform thread that waits reads the sockets itself if
 * nobody else does, which saves waking it.
 *
 * @param <T> what the messages are
 */
public final class SubReceiver<T> implements AutoCloseable {

    private final Hub hub;
    private final Inbox inbox;
    private final Handle handle;
    private final MessageType<T> type;

    SubReceiver(Hub hub, Inbox inbox, MessageType<T> type) {
        this(hub, inbox, new Handle(() -> hub.closeSubchannel(inbox)), type);
    }

    private SubReceiver(Hub hub, Inbox inbox, Handle handle, MessageType<T> type) {
        this.hub = hub;
        this.inbox = inbox;
        this.handle = handle;
        this.type = type;
    }

    /**
     * Receives the next message, and waits for it.
     *
     * @return the message
     * @throws DisconnectedException if there is none and no sender left, nor one on its way
     * @throws MessageException if the next message cannot be decoded, or could not be taken in; those after it can be
     * received
     * @throws io.resourcelink.error.IpcException if something that it carries cannot be opened, for lack of descriptors
     * for instance
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this receiver or its channel is closed, be it meanwhile
     */
    public T receive() throws InterruptedException {
        T message = receive(Long.MAX_VALUE);
        if (message == null) {
            throw new AssertionError("For ever is over.");
        }
        return message;
    }

    /**
     * Receives the next message, and waits no longer than a given time.
     *
     * @param timeout how long to wait
     * @return the message, or nothing if none has come
     * @throws DisconnectedException as {@link #receive()}
     * @throws MessageException as {@link #receive()}
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this receiver or its channel is closed, be it meanwhile
     */
    public Optional<T> receive(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(receive(Nanos.of(timeout)));
    }

    /**
     * Receives the next message if it is here already.
     *
     * @return the message, or nothing if none is here
     * @throws DisconnectedException as {@link #receive()}
     * @throws MessageException as {@link #receive()}
     * @throws IllegalStateException if this receiver or its channel is closed
     */
    public Optional<T> tryReceive() {
        if (!inbox.isReady()) {
            hub.poller().pollNow(inbox::isReady);
        }
        Parcel parcel = poll();
        return parcel == null ? Optional.empty() : Optional.of(open(parcel));
    }

    /**
     * Receives the next message together with what is opened for it, and waits for it. Closing that closes everything that
     * the message carries, whatever holds it. The message may be one that cannot be decoded.
     *
     * @return the message, the caller's to close
     * @throws DisconnectedException as {@link #receive()}
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this receiver or its channel is closed, also while the call waits
     */
    public Received<T> take() throws InterruptedException {
        Parcel parcel = next(Long.MAX_VALUE);
        if (parcel == null) {
            throw new AssertionError("For ever is over.");
        }
        hub.traffic().received().count(parcel.size(), parcel.carried());
        return new Received<>(parcel.unpack(hub), parcel.sender(), unpacking -> unpacking.decodeAll(type));
    }

    private @Nullable T receive(long nanos) throws InterruptedException {
        Parcel parcel = next(nanos);
        return parcel == null ? null : open(parcel);
    }

    private @Nullable Parcel next(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (;;) {
            Parcel parcel = poll();
            if (parcel != null) {
                return parcel;
            }
            long left = RemoteTarget.left(start, nanos);
            if (left <= 0 || !hub.poller().await(inbox.lock, inbox.changed, inbox::isReady, left)) {
                return null;
            }
        }
    }

    T open(Parcel parcel) {
        hub.traffic().received().count(parcel.size(), parcel.carried());
        return parcel.open(hub, type);
    }

    private @Nullable Parcel poll() {
        handle.ensureOpen("receiver");
        return inbox.poll();
    }

    /** {@return how many messages are here, waiting to be received} */
    public int size() {
        return inbox.size();
    }

    /**
     * This receiver, for messages of another type. Nobody can check that they are; if not, receiving one is a
     * {@link MessageException}, or gives wrong values.
     *
     * @param <U> what the messages are
     * @param messages what the messages are
     * @return a view of this receiver: closing either closes both
     */
    public <U> SubReceiver<U> typed(MessageType<U> messages) {
        return new SubReceiver<>(hub, inbox, handle, messages);
    }

    /**
     * This receiver, for messages of another class; see {@link #typed(MessageType)}.
     *
     * @param <U> what the messages are
     * @param messages what the messages are
     * @return a view of this receiver: closing either closes both
     */
    public <U> SubReceiver<U> typed(Class<U> messages) {
        return typed(MessageType.of(messages));
    }

    /** {@return what its messages are} */
    public MessageType<T> type() {
        return type;
    }

    Inbox inbox() {
        return inbox;
    }

    Hub hub() {
        return hub;
    }

    /** {@return whether this receiver was closed} */
    public boolean isClosed() {
        return handle.isClosed();
    }

    /** Closes this receiver and discards what was not received. Never waits. Idempotent. */
    @Override
    public void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return "SubReceiver[" + type + (isClosed() ? ", closed" : "") + "]";
    }
}
