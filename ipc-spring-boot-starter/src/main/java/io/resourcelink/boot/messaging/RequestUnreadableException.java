package io.resourcelink.boot.messaging;

import io.resourcelink.error.RequestException;

/**
 * The listener's process could not read the request, for example because its payload type has another component than the sender's.
 * The method was not called. Sending the request again does not help, and the template never does.
 */
public final class RequestUnreadableException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    RequestUnreadableException(String destination, RequestException failure) {
        super(destination, "The listener at \"" + destination + "\" cannot read the request: " + failure.getMessage(),
                failure);
    }
}
