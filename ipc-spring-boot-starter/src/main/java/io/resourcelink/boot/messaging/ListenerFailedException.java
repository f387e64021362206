package io.resourcelink.boot.messaging;

import org.springframework.messaging.MessagingException;

/** The listener received a request and failed to handle it. */
public final class ListenerFailedException extends MessagingException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the failure of a listener.
     *
     * @param destination the destination of the request
     * @param failure class and message of the exception; the exception itself stays in the listener's process
     */
    ListenerFailedException(String destination, String failure) {
        super("The listener at \"" + destination + "\" failed: " + failure);
    }
}
