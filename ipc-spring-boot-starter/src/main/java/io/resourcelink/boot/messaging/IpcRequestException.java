package io.resourcelink.boot.messaging;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessagingException;

/** A request was sent and has no result. The subclasses say why. {@link #getFailedMessage()} is the request. */
public abstract class IpcRequestException extends MessagingException {

    private static final long serialVersionUID = 1L;

    /** Where the request went. */
    private final String destination;

    IpcRequestException(Message<?> request, String destination, String text, @Nullable Throwable cause) {
        super(request, text, cause);
        this.destination = destination;
    }

    /** {@return the destination of the request} */
    public String destination() {
        return destination;
    }
}
