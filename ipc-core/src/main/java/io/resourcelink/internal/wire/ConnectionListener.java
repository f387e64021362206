package io.resourcelink.internal.wire;

import io.resourcelink.error.IpcException;

/** Is told of connections that fail. Called by the channel's threads. */
public interface ConnectionListener {

    /** A connection was given up, or could not be made. */
    void failed(IpcException failure);

    /** Messages were sent, and their receiver has not handled them. */
    void unhandled(UnhandledMessages messages);
}
