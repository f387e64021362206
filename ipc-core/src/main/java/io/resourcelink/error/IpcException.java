package io.resourcelink.error;

/**
 * Root of everything this library throws for reasons outside the caller's program: the state of a segment, the file
 * system, the kernel. Misuse is reported with the JDK's own exceptions ({@link IllegalArgumentException},
 * {@link IllegalStateException}, {@link NullPointerException}).
 */
public abstract sealed class IpcException extends RuntimeException
        permits AccessDeniedException, AddressInUseException, DisconnectedException, InvalidKeyException,
        InvalidSegmentException,
        MessageException, OsException, OutOfSpaceException, ProtocolException, SegmentAlreadyExistsException,
        SegmentBusyException, SegmentNotFoundException, UnresponsiveException,
        UnsuitableDirectoryException {

    private static final long serialVersionUID = 1L;

    IpcException(String message) {
        super(message);
    }

    IpcException(String message, Throwable cause) {
        super(message, cause);
    }
}
