package io.resourcelink.boot.messaging;

import java.time.Duration;

/**
 * The listener's process is alive, but did not reply in time. The request may still be handled; a later reply is discarded. The
 * template does not send the request again.
 */
public final class ReplyTimeoutException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    ReplyTimeoutException(String destination, Duration timeout) {
        super(destination, "The listener at \"" + destination + "\" did not reply within " + Deadline.text(timeout)
                + ".", null);
    }
}
