package io.resourcelink.boot.messaging;

import org.springframework.messaging.MessagingException;

import io.resourcelink.error.DisconnectedException;

/**
 * There will be no reply to a request that was sent: the listener's process has ended, its application has stopped, or it
 * could not read the request. It may have handled it before.
 */
public final class ListenerGoneException extends MessagingException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a request that nobody will answer.
     *
     * @param destination where the request was sent to
     * @param cause what the channel says
     */
    ListenerGoneException(String destination, DisconnectedException cause) {
        super("The listener at \"" + destination + "\" has gone, or could not read the request, and has not replied.",
                cause);
    }
}
