package io.resourcelink.channel;

import io.resourcelink.error.IpcException;

/**
 * What happens to a channel and to no call of its user. Called by the channel's threads: return soon, and do not call the
 * channel. Every method does nothing by default.
 */
public interface ChannelListener {

    /**
     * A connection was given up, or could not be made: its peer broke the protocol, is not trusted, or this process has no
     * descriptor left.
     *
     * @param failure why; {@link io.resourcelink.error.ProtocolException} if the peer sent rubbish
     */
    default void failed(IpcException failure) {}
}
