package io.resourcelink.boot.messaging;

import java.time.Duration;

import org.springframework.messaging.MessagingException;

/** A listener lives, but has not replied in time. The reply is discarded if it comes. */
public final class ReplyTimeoutException extends MessagingException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a reply that has not come.
     *
     * @param destination where the request was sent to
     * @param timeout how long the reply was waited for
     */
    ReplyTimeoutException(String destination, Duration timeout) {
        super("The listener at \"" + destination + "\" has not replied within " + timeout + '.');
    }
}
