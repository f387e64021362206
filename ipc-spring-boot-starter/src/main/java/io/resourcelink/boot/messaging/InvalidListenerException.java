package io.resourcelink.boot.messaging;

import org.jspecify.annotations.Nullable;

/** A listener is declared in a way that cannot work. It is thrown when the listener is registered, not when it is called. */
public final class InvalidListenerException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** What to change. */
    private final String action;

    InvalidListenerException(String message, String action) {
        this(message, action, null);
    }

    InvalidListenerException(String message, String action, @Nullable Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** {@return what to change in the application, in one or more sentences} */
    public String action() {
        return action;
    }
}
