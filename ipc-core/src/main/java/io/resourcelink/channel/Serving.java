package io.resourcelink.channel;

import io.resourcelink.internal.wire.Allowance;
import io.resourcelink.internal.wire.Endpoint;
import io.resourcelink.internal.wire.LocalTarget;
import io.resourcelink.internal.wire.Receivers;
import io.resourcelink.internal.wire.ServedName;
import io.resourcelink.internal.wire.ServerName;
import io.resourcelink.internal.wire.Servers;
import io.resourcelink.internal.wire.SharedEnd;
import io.resourcelink.internal.work.Closing;

/**
 * Opens the receivers and servers of a channel. Thread-safe.
 *
 * @param endpoint the machinery of the channel
 * @param messages decodes what they receive
 */
record Serving(Endpoint endpoint, Messages messages) {

    /** Gives a server a name. */
    @FunctionalInterface
    interface Naming {

        /** Publishes a name for the server that a number stands for in this channel. */
        ServedName publish(String destination, long number);
    }

    <T> SubReceiver<T> receiver(LocalTarget target, MessageType<T> type) {
        Receivers receivers = endpoint.receivers();
        SharedEnd end = new SharedEnd(() -> receivers.close(target));
        return new SubReceiver<>(endpoint.receiving(), messages, receivers, target, end, type);
    }

    <T> OneShotServer<T> oneShot(MessageType<T> type, Allowance allowance) {
        LocalTarget target = endpoint.receivers().open(allowance);
        Servers servers = endpoint.servers();
        long number = servers.serve(target.inbox(), true);
        return new OneShotServer<>(ServerName.text(endpoint.address(), number), receiver(target, type),
                () -> servers.end(number));
    }

    /** Opens a server and gives it a name, or leaves nothing. */
    <T> NamedServer<T> named(String destination, MessageType<T> type, Allowance allowance, Naming naming) {
        Endpoint.checkDestination(destination);
        messages.checkDecodable(type);
        LocalTarget target = endpoint.receivers().open(allowance);
        SubReceiver<T> receiver = receiver(target, type);
        Servers servers = endpoint.servers();
        long number = servers.serve(target.inbox(), false);
        try {
            return new NamedServer<>(naming.publish(destination, number), destination, receiver,
                    () -> servers.end(number));
        } catch (Throwable e) {
            Closing.undo(e, receiver);
            Closing.undo(e, () -> servers.end(number));
            throw e;
        }
    }
}
