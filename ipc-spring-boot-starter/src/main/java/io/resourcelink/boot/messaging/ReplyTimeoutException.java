package io.resourcelink.boot.messaging;

import java.time.Duration;

import org.springframework.messaging.Message;

/**
 * The listener's process is alive, but did not reply in time. The request may still be handled; a later reply is discarded. The
 * template does not send the request again.
 */
public final class ReplyTimeoutException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a request. Public for tests of what an application does then.
     *
     * @param request the request
     * @param destination where it went
     * @param timeout how long the request has waited
     */
    public ReplyTimeoutException(Message<?> request, String destination, Duration timeout) {
        super(request, destination,
                "The listener at \"" + destination + "\" did not reply within " + Deadline.text(timeout)
                        + ".",
                null);
    }
}
