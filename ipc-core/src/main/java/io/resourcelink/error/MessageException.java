package io.resourcelink.error;

import org.jspecify.annotations.Nullable;

/**
 * One message could not be encoded, delivered or decoded. The messages before and after it are not affected, and the
 * subchannel can still be used.
 */
public final class MessageException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a message that failed.
     *
     * @param reason what happened to the message, where in it, and what to do
     * @param cause what was thrown before, or {@code null}
     */
    public MessageException(String reason, @Nullable Throwable cause) {
        super(reason);
        if (cause != null) {
            initCause(cause);
        }
    }
}
