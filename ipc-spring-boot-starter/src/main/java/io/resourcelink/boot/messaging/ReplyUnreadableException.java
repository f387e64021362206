package io.resourcelink.boot.messaging;

import org.springframework.messaging.Message;

import io.resourcelink.error.IpcException;

/**
 * The listener has handled the request and has replied, but the reply cannot be read as the type that was asked for, or was lost on
 * arrival. What the reply carried is closed. The template does not send the request again.
 */
public final class ReplyUnreadableException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a request. Public for tests of what an application does then.
     *
     * @param request the request
     * @param destination where it went
     * @param cause why it cannot be read
     */
    public ReplyUnreadableException(Message<?> request, String destination, IpcException cause) {
        super(request, destination, "The reply from \"" + destination + "\" cannot be read: " + cause.getMessage(),
                cause);
    }
}
