package io.resourcelink.boot.messaging;

import org.springframework.messaging.Message;

import io.resourcelink.error.DisconnectedException;

/**
 * The listener's process has ended, or its channel was closed, after the request was sent and before it replied. The request may
 * have been handled. So the template does not send it again; the application may, if handling it twice does no harm.
 */
public final class ListenerGoneException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a request. Public for tests of what an application does then.
     *
     * @param request the request
     * @param destination where it went
     * @param cause why the connection has ended
     */
    public ListenerGoneException(Message<?> request, String destination, DisconnectedException cause) {
        super(request, destination,
                "The process of the listener at \"" + destination + "\" has ended before it replied. It may"
                        + " have handled the request: " + cause.getMessage(),
                cause);
    }
}
