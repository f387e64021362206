package io.resourcelink;

import java.util.concurrent.atomic.AtomicInteger;

import io.resourcelink.channel.ChannelListener;
import io.resourcelink.channel.UnhandledMessages;
import io.resourcelink.error.IpcException;

/**
 * Counts what a channel tells.
 *
 * @param told how often it was told something
 */
record CountingListener(AtomicInteger told) implements ChannelListener {

    @Override
    public void failed(IpcException failure) {
        told.incrementAndGet();
    }

    @Override
    public void unhandled(UnhandledMessages messages) {
        told.incrementAndGet();
    }
}
