package io.resourcelink.boot.messaging;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessagingException;

/** A request was sent and has no result. The subclasses say why. */
public abstract class IpcRequestException extends MessagingException {

    private static final long serialVersionUID = 1L;

    /** Where the request went. */
    private final String destination;

    IpcRequestException(String destination, String text, @Nullable Throwable cause) {
        super(text, cause);
        this.destination = destination;
    }

    /** {@return the destination of the request} */
    public String destination() {
        return destination;
    }
}
