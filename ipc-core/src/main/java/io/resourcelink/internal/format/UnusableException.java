package io.resourcelink.internal.format;

import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.segment.OrphanReport.Cause;

/**
 * A file is not a segment that may be used. This exception is checked: a sweep notes it and goes on, an acquirer reports
 * it with the key.
 */
public final class UnusableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Cause cause;
    private final String found;
    private final String expected;

    public UnusableException(Cause cause, String found, String expected) {
        super(found, null, false, false);
        this.cause = cause;
        this.found = found;
        this.expected = expected;
    }

    public static UnusableException invalid(String found, String expected) {
        return new UnusableException(Cause.INVALID, found, expected);
    }

    public static UnusableException foreign(String found, String expected) {
        return new UnusableException(Cause.FOREIGN, found, expected);
    }

    /** Returns the exception for an access to a mapping whose file a peer has truncated. */
    public static InvalidSegmentException truncated(String key, long size, InternalError cause) {
        return new InvalidSegmentException(key, "Another process truncated the file of segment \"" + key + "\", of "
                + size + " bytes, while it was in use here. Close its links, and create or publish it again.", cause);
    }

    /**
     * Returns the exception for an access while a segment is being filled. Its own file is too short, or the file to
     * copy from.
     */
    public static InvalidSegmentException truncatedWhileFilled(String key, InternalError cause) {
        return new InvalidSegmentException(key, "Segment \"" + key + "\" was not published: another process truncated"
                + " its file while it was being filled, or the file that the bytes are mapped from. Publish it again.",
                cause);
    }

    public Cause reason() {
        return cause;
    }

    public String found() {
        return found;
    }

    public IpcException forKey(String key) {
        if (cause == Cause.BUSY) {
            return new SegmentBusyException(key, found);
        }
        return cause == Cause.FOREIGN
                ? new PermissionException("segment \"" + key + "\"",
                        "found " + found + ", expected " + expected + ". Run both sides as the same user, or trust"
                                + " the owner (ipc.trusted-owners, trustOwner(...), or --trusted-owners of the command).")
                : new InvalidSegmentException(key, found, expected);
    }
}
