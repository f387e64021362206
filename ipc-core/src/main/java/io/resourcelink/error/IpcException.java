package io.resourcelink.error;

/**
 * The root of all exceptions that this library throws for reasons outside the caller's program: the state of a segment, the file
 * system, the kernel, another process. The wrong use of a method is reported with the JDK's own exceptions ({@link
 * IllegalArgumentException}, {@link IllegalStateException}, {@link NullPointerException}).
 *
 * <p>It is not sealed, because later versions add kinds: a {@code switch} over the kinds needs a default.
 */
public abstract class IpcException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what failed, where, and what the reader can do
     */
    protected IpcException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message what failed, where, and what the reader can do
     * @param cause what was thrown before
     */
    protected IpcException(String message, Throwable cause) {
        super(message, cause);
    }
}
