package io.resourcelink.boot.channel.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.resourcelink.channel.ChannelListener;
import io.resourcelink.channel.UnhandledMessages;
import io.resourcelink.error.IpcException;

/** Logs what an application would not hear of otherwise. Thread-safe. */
final class LoggingChannelListener implements ChannelListener {

    private static final Log logger = LogFactory.getLog(LoggingChannelListener.class);

    @Override
    public void failed(IpcException failure) {
        logger.warn("A message or a connection has failed, and no method call reports it: " + failure.getMessage());
        logger.debug("The failure", failure);
    }

    @Override
    public void unhandled(UnhandledMessages messages) {
        logger.warn(text(messages));
    }

    static String text(UnhandledMessages messages) {
        String which = messages.count() == 1
                ? "Message " + messages.first()
                : "Messages " + messages.first() + " to " + messages.last();
        return which + " of this process to \"" + messages.receiver() + "\" "
                + (messages.known() ? (messages.count() == 1 ? "was" : "were") + " not handled by " : "may be lost in ")
                + messages.peer() + (messages.known() ? ", which has stopped." : ", which has ended.");
    }
}
