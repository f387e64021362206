package io.resourcelink.boot.messaging;

import org.springframework.messaging.Message;

import io.resourcelink.error.RequestException;

/**
 * The request was older than its maximal age, or than the listener's, when its turn came. The method was not called. The listener
 * handles less than it is sent; the template does not send the request again.
 */
public final class RequestExpiredException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a request. Public for tests of what an application does then.
     *
     * @param request the request
     * @param destination where it went
     * @param failure what the listener has told
     */
    public RequestExpiredException(Message<?> request, String destination, RequestException failure) {
        super(request, destination,
                "A request to \"" + destination + "\" was too old when its turn came, and was not handled: "
                        + failure.getMessage(),
                failure);
    }
}
