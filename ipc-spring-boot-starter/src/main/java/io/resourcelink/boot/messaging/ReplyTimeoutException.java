package io.resourcelink.boot.messaging;

import java.time.Duration;

import org.springframework.messaging.MessagingException;

/** The listener is alive, but did not reply in time. A later reply is discarded. */
public final class ReplyTimeoutException extends MessagingException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a reply that did not arrive.
     *
     * @param destination the destination of the request
     * @param timeout how long the sender waited
     */
    ReplyTimeoutException(String destination, Duration timeout) {
        super("The listener at \"" + destination + "\" did not reply within " + timeout + '.');
    }
}
