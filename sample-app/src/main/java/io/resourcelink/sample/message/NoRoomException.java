package io.resourcelink.sample.message;

import io.resourcelink.boot.messaging.FailureCode;

/** A worker had no room for its result. Its studio finds the code in the failure that it gets as a reply. */
public final class NoRoomException extends RuntimeException implements FailureCode {

    /** The code. */
    public static final String CODE = "no-room";

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param cause why there is none
     */
    public NoRoomException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }

    @Override
    public String code() {
        return CODE;
    }
}
