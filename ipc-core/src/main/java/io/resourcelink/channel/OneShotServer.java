package io.resourcelink.channel;

import java.time.Duration;
import java.util.Optional;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

/**
 * A name by which one sender, in whichever process, can reach a new receiver: the first contact between two processes. The
 * name is passed on by other means, such as an argument of a child process; {@link Channel#connect} takes it there. A name
 * works once.
 *
 * <p>Thread-safe. Whoever opened it closes it. When the process dies, the name stands for nobody.
 *
 * @param <T> what the messages are
 */
public final class OneShotServer<T> implements AutoCloseable {

    private final Hub hub;
    private final SubReceiver<T> receiver;
    private final long number;
    private final String name;
    private boolean accepted;

    OneShotServer(Hub hub, SubReceiver<T> receiver, long number) {
        this.hub = hub;
        this.receiver = receiver;
        this.number = number;
        this.name = ServerName.text(hub.address(), number);
    }

    /** {@return the name to connect to, of letters, digits and a hyphen} */
    public String name() {
        return name;
    }

    /**
     * What came of a first contact.
     *
     * @param <T> what the messages are
     * @param receiver where the next messages come, the caller's to close
     * @param first the first message
     */
    public record Accepted<T>(SubReceiver<T> receiver, T first) {}

    /**
     * Waits until somebody has connected and sent a message.
     *
     * @return the receiver and the first message
     * @throws DisconnectedException if somebody has connected and gone without sending anything
     * @throws MessageException if the first message cannot be decoded
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this server was closed or has accepted already
     */
    public Accepted<T> accept() throws InterruptedException {
        ensureNotAccepted();
        return accepted(receiver.receive());
    }

    /**
     * Waits no longer than a given time.
     *
     * @param timeout how long to wait
     * @return the receiver and the first message, or nothing if none has come
     * @throws DisconnectedException if somebody has connected and gone without sending anything
     * @throws MessageException if the first message cannot be decoded
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this server was closed or has accepted already
     */
    public Optional<Accepted<T>> accept(Duration timeout) throws InterruptedException {
        ensureNotAccepted();
        return receiver.receive(timeout).map(this::accepted);
    }

    private synchronized Accepted<T> accepted(T first) {
        ensureNotAccepted();
        accepted = true;
        return new Accepted<>(receiver, first);
    }

    private synchronized void ensureNotAccepted() {
        if (accepted) {
            throw new IllegalStateException("The one-shot server has accepted already; receive from what it gave.");
        }
    }

    /** Ends the name, and the receiver if it was not handed out. Never waits. Idempotent. */
    @Override
    public synchronized void close() {
        if (!accepted) {
            receiver.close();
        }
        hub.endServing(number);
    }
}
