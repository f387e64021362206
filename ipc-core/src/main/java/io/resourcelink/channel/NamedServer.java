package io.resourcelink.channel;

/**
 * A receiver that any number of senders can reach by a name they know beforehand, in whichever process:
 * {@link Channel#connect} takes it.
 *
 * <p>Thread-safe. Whoever opened it closes it. When the process dies, the name stands for nobody, senders are told, and
 * whoever serves the destination next takes the name.
 *
 * @param <T> what the messages are
 */
public final class NamedServer<T> implements AutoCloseable {

    private final Hub hub;
    private final String destination;
    private final long number;
    private final SubReceiver<T> receiver;
    private boolean closed;

    NamedServer(Hub hub, String destination, long number, SubReceiver<T> receiver) {
        this.hub = hub;
        this.destination = destination;
        this.number = number;
        this.receiver = receiver;
    }

    /** {@return the name that it is reached by} */
    public String destination() {
        return destination;
    }

    /** {@return where the messages of all senders come; it stays this server's} */
    public SubReceiver<T> receiver() {
        return receiver;
    }

    /**
     * {@return whether others find this server by its name} If the directory of channels is removed, they don't. The channel
     * notices that within about a second, makes the directory again and restores the name. If another process has taken the
     * name, the channel tries again each second. No system call.
     */
    public boolean isReachable() {
        return hub.names().isReachable(destination);
    }

    /** Gives up the name, and closes the receiver. Never waits. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            hub.names().withdraw(destination);
            // The receiver first: who waits is told that it is closed, not that its senders are gone.
            receiver.close();
            hub.endServing(number);
        }
    }

    @Override
    public String toString() {
        return "NamedServer[" + destination + "]";
    }
}
