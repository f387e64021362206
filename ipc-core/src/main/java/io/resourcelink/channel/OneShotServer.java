package io.resourcelink.channel;

import java.time.Duration;
import java.util.Optional;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.work.Closing;

/**
 * A receiver that one sender can reach by a name: the first contact between two processes. The program passes the name on by
 * other means, for example as an argument of a child process, which connects by {@link Channel#connect}. A name works once.
 *
 * <p>Thread-safe. The program that opened it closes it. If the process dies, the name is not valid any more.
 *
 * @param <T> the type of the messages
 */
public final class OneShotServer<T> implements AutoCloseable {

    private final String name;
    private final SubReceiver<T> receiver;
    private final Runnable endServing;
    private boolean accepted;

    OneShotServer(String name, SubReceiver<T> receiver, Runnable endServing) {
        this.name = name;
        this.receiver = receiver;
        this.endServing = endServing;
    }

    /** {@return the name to connect to, of letters, digits and a hyphen} */
    public String name() {
        return name;
    }

    /**
     * The result of a first contact.
     *
     * @param <T> the type of the messages
     * @param receiver where the next messages come, the caller's to close
     * @param first the first message
     */
    public record Accepted<T>(SubReceiver<T> receiver, T first) {}

    /**
     * Waits until a sender has connected and has sent a message.
     *
     * @return the receiver and the first message
     * @throws DisconnectedException if a sender has connected and was closed without sending anything
     * @throws MessageException if the first message cannot be decoded
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this server was closed or has accepted already
     */
    public Accepted<T> accept() throws InterruptedException {
        ensureNotAccepted();
        return accepted(receiver.receive());
    }

    /**
     * Waits until a sender has connected and has sent a message, or gives up after a time.
     *
     * @param timeout how long to wait
     * @return the receiver and the first message, or nothing if none has come
     * @throws DisconnectedException if a sender has connected and was closed without sending anything
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
            throw new IllegalStateException(
                    "The one-shot server has accepted already. Use the receiver that accept() has returned.");
        }
    }

    /** Makes the name invalid. Closes the receiver unless accept() has returned it. Never waits. Idempotent. */
    @Override
    public synchronized void close() {
        Closing closing = new Closing();
        if (!accepted) {
            closing.run(receiver::close);
        }
        closing.run(endServing::run);
        closing.end();
    }
}
