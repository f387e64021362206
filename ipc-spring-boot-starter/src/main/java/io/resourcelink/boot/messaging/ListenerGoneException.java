package io.resourcelink.boot.messaging;

import io.resourcelink.error.DisconnectedException;

/**
 * The listener's process has ended, or its channel was closed, after the request was sent and before it replied. The request may
 * have been handled. So the template does not send it again; the application may, if handling it twice does no harm.
 */
public final class ListenerGoneException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    ListenerGoneException(String destination, DisconnectedException cause) {
        super(destination, "The process of the listener at \"" + destination + "\" has ended before it replied. It may"
                + " have handled the request: " + cause.getMessage(), cause);
    }
}
