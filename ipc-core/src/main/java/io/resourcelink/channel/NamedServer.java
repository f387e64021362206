package io.resourcelink.channel;

import java.time.Duration;

import io.resourcelink.internal.wire.ServedName;
import io.resourcelink.internal.work.Closing;

/**
 * A receiver that any number of senders, in all processes, can reach by a name that they know beforehand. {@link Channel#connect}
 * takes the name.
 *
 * <p>Thread-safe. The program that opened it closes it. If the process dies, its senders are told, and the next process that
 * serves the destination gets the name.
 *
 * @param <T> the type of the messages
 */
public final class NamedServer<T> implements AutoCloseable {

    private final ServedName name;
    private final String destination;
    private final SubReceiver<T> receiver;
    private final Runnable endServing;
    private boolean closed;

    NamedServer(ServedName name, String destination, SubReceiver<T> receiver, Runnable endServing) {
        this.name = name;
        this.destination = destination;
        this.receiver = receiver;
        this.endServing = endServing;
    }

    /** {@return the name by which senders reach it} */
    public String destination() {
        return destination;
    }

    /** {@return the receiver of the messages of all senders; it belongs to this server} */
    public SubReceiver<T> receiver() {
        return receiver;
    }

    /**
     * {@return whether others find this server by its name} They do not if the directory of channels was removed. The channel
     * notices that within about a second, makes the directory again and restores the name. If another process has taken the
     * name, the channel tries again every second. No system call.
     */
    public boolean isReachable() {
        return name.isReachable();
    }

    /**
     * Gives the name up, so that another process can take it, and has all senders stop. Messages that were sent before are still
     * received; see {@link SubReceiver#stop()}. Never waits. Idempotent.
     */
    public synchronized void stop() {
        Closing closing = new Closing();
        closing.run(name::withdraw);
        closing.run(endServing::run);
        closing.run(receiver::stop);
        closing.end();
    }

    /**
     * Does what {@link #stop()} does, waits until everything that was sent before was handled, and closes this server. Other threads
     * receive meanwhile; see {@link SubReceiver#drain}.
     *
     * @param timeout how long to wait
     * @return what was left
     * @throws InterruptedException if the thread is interrupted while it waits; the server is closed nevertheless
     */
    public DrainReport drain(Duration timeout) throws InterruptedException {
        try {
            stop();
            DrainReport report = receiver.drain(timeout);
            return new DrainReport(report.unhandled().stream().map(this::named).toList(), report.silent());
        } finally {
            close();
        }
    }

    private UnhandledMessages named(UnhandledMessages messages) {
        return new UnhandledMessages(destination, messages.peer(), messages.first(), messages.last(), messages.known());
    }

    /** Gives the name up and closes the receiver. Never waits. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            // Needs no heap to go from one step to the next.
            try {
                name.withdraw();
            } finally {
                // The receiver first: a thread that waits is told that it is closed, not that its senders are gone.
                try {
                    receiver.close();
                } finally {
                    endServing.run();
                }
            }
        }
    }

    @Override
    public String toString() {
        return "NamedServer[" + destination + "]";
    }
}
