package io.resourcelink.boot.messaging;

import org.springframework.messaging.MessagingException;

/** A request was received, and the listener has failed at it. */
public final class ListenerFailedException extends MessagingException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports what the listener has failed with.
     *
     * @param destination where the request was sent to
     * @param failure the exception's class and text; the exception itself stays where it was thrown
     */
    ListenerFailedException(String destination, String failure) {
        super("The listener at \"" + destination + "\" has failed: " + failure);
    }
}
