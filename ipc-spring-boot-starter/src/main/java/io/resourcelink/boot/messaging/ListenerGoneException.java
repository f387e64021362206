package io.resourcelink.boot.messaging;

import org.springframework.messaging.MessagingException;

import io.resourcelink.error.DisconnectedException;

/**
 * A request that was sent gets no reply. The listener's process has ended, its application has stopped, or it could not
 * read the request. The request may have been handled.
 */
public final class ListenerGoneException extends MessagingException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a request without a reply.
     *
     * @param destination the destination of the request
     * @param cause the failure of the channel
     */
    ListenerGoneException(String destination, DisconnectedException cause) {
        super("The listener at \"" + destination + "\" has ended or could not read the request. It did not reply.",
                cause);
    }
}
