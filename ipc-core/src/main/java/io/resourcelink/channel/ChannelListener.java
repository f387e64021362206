package io.resourcelink.channel;

import io.resourcelink.error.IpcException;

/**
 * Receives events of a channel that no method call of the program reports. The channel's own thread calls it, or a thread that receives or
 * waits at the channel at that moment: return soon, and do not wait for anything of the channel. Every method does nothing by default.
 */
public interface ChannelListener {

    /**
     * A connection was given up, or could not be made: its peer broke the protocol or is not trusted, or this process has no
     * descriptor left.
     *
     * @param failure the reason; a {@link io.resourcelink.error.ProtocolException} if the peer broke the protocol
     */
    default void failed(IpcException failure) {}

    /**
     * This channel has sent messages that their receiver has not handled: it was stopped or closed before, or its process has ended.
     *
     * @param messages the messages, by their numbers
     */
    default void unhandled(UnhandledMessages messages) {}
}
