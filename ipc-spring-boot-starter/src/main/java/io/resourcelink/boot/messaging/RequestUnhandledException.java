package io.resourcelink.boot.messaging;

import io.resourcelink.error.RequestException;

/**
 * The listener was stopped before it had handled the request: the method was not called, or has not finished. The request may be
 * sent again, and a template with a {@linkplain IpcTemplate#setRetryPolicy retry policy} does. If the method has begun, it may then
 * run twice.
 */
public final class RequestUnhandledException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    RequestUnhandledException(String destination, RequestException failure) {
        super(destination, "The listener at \"" + destination + "\" was stopped before it had handled the request. The"
                + " request may be sent again: " + failure.getMessage(), failure);
    }
}
