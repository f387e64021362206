package io.resourcelink.error;

import org.jspecify.annotations.Nullable;

/**
 * One message could not be encoded, delivered or decoded. The subchannel stays as it is, and so do the messages before
 * and after.
 */
public final class MessageException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a message that came to nothing.
     *
     * @param what what happened to the message, where in it, and what to do
     * @param cause what was found, or {@code null}
     */
    public MessageException(String what, @Nullable Throwable cause) {
        super(what);
        if (cause != null) {
            initCause(cause);
        }
    }
}
