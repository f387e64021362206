package io.resourcelink.channel;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.wire.ConnectionListener;

/**
 * Tells the user's listener of failed connections.
 *
 * @param listener the user's listener
 */
record ListenerCalls(ChannelListener listener) implements ConnectionListener {

    @Override
    public void failed(IpcException failure) {
        listener.failed(failure);
    }
}
