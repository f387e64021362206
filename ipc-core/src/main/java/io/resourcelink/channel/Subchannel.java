package io.resourcelink.channel;

/**
 * Both ends of a new subchannel, each to be closed on its own.
 *
 * @param <T> the type of the messages
 * @param sender the sending end: copy it, send it to other processes
 * @param receiver the receiving end, which stays in this process
 */
public record Subchannel<T>(SubSender<T> sender, SubReceiver<T> receiver) implements AutoCloseable {

    /** Closes both ends. */
    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
