package io.resourcelink.boot.messaging;

import org.springframework.messaging.Message;

import io.resourcelink.error.RequestException;

/**
 * The listener's process could not read the request, for example because its payload type has another component than the sender's.
 * The method was not called. Sending the request again does not help, and the template never does.
 */
public final class RequestUnreadableException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a request. Public for tests of what an application does then.
     *
     * @param request the request
     * @param destination where it went
     * @param failure what the listener has told
     */
    public RequestUnreadableException(Message<?> request, String destination, RequestException failure) {
        super(request, destination,
                "The listener at \"" + destination + "\" cannot read the request: " + failure.getMessage(),
                failure);
    }
}
