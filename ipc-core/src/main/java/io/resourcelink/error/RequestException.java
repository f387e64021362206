package io.resourcelink.error;

import org.jspecify.annotations.Nullable;

/**
 * A request was sent and has no result, although its receiver's process lives. If the process or its channel has ended, a {@link
 * DisconnectedException} says so instead.
 */
public final class RequestException extends IpcException {

    private static final long serialVersionUID = 1L;

    /** Why a request has no result. */
    public enum Reason {
        /** The receiver has handled the request, and failed. */
        FAILED,
        /** The receiver could not decode the request. Sending it again does not help. */
        UNREADABLE,
        /** The request was older than its maximal age when its turn came. It was not handled. */
        EXPIRED,
        /** The receiver ended before it had handled the request. It may have begun. */
        UNHANDLED
    }

    private final Reason reason;
    private final String type;
    private final @Nullable String code;

    /**
     * Reports a request without a result.
     *
     * @param reason why there is none
     * @param type the name of the class of the failure at the receiver, empty if there is none
     * @param code what the receiver calls the failure, for programs, or {@code null}
     * @param text what has happened there
     */
    public RequestException(Reason reason, String type, @Nullable String code, String text) {
        super(text);
        this.reason = reason;
        this.type = type;
        this.code = code;
    }

    /** {@return why there is no result} */
    public Reason reason() {
        return reason;
    }

    /** {@return the name of the class of the failure at the receiver, empty if there is none} */
    public String type() {
        return type;
    }

    /** {@return what the receiver calls the failure, for programs, or {@code null}} */
    public @Nullable String code() {
        return code;
    }
}
