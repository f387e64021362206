package io.resourcelink.internal.wire;

import io.resourcelink.error.IpcException;

/** Nobody listens. */
public final class Silent implements ConnectionListener {

    @Override
    public void failed(IpcException failure) {}

    @Override
    public void unhandled(UnhandledMessages messages) {}
}
