package io.resourcelink.boot.messaging;

import org.springframework.messaging.Message;

import io.resourcelink.error.RequestException;

/**
 * The listener was stopped before it had handled the request: the method was not called, or has not finished. The request may be
 * sent again, and a template with a {@linkplain IpcTemplate#setRetryPolicy retry policy} does. If the method has begun, it may then
 * run twice.
 */
public final class RequestUnhandledException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a request. Public for tests of what an application does then.
     *
     * @param request the request
     * @param destination where it went
     * @param failure what the listener has told
     */
    public RequestUnhandledException(Message<?> request, String destination, RequestException failure) {
        super(request, destination,
                "The listener at \"" + destination + "\" was stopped before it had handled the request. The"
                        + " request may be sent again: " + failure.getMessage(),
                failure);
    }
}
