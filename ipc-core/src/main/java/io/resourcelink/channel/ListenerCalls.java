package io.resourcelink.channel;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.wire.ConnectionListener;

/**
 * Tells the user's listener what happens.
 *
 * @param listener the user's listener
 */
record ListenerCalls(ChannelListener listener) implements ConnectionListener {

    @Override
    public void failed(IpcException failure) {
        listener.failed(failure);
    }

    @Override
    public void unhandled(io.resourcelink.internal.wire.UnhandledMessages messages) {
        listener.unhandled(new UnhandledMessages(messages.receiver(), messages.process(), messages.first(),
                messages.last(), messages.known()));
    }
}
