package io.resourcelink;

import io.resourcelink.OrphanReport.Cause;
import io.resourcelink.error.AccessDeniedException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.SegmentBusyException;

/**
 * A file is not a segment that may be used. Checked: a sweep notes it and goes on, an acquirer reports it with the key.
 */
final class UnusableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Cause cause;
    private final String found;
    private final String expected;

    UnusableException(Cause cause, String found, String expected) {
        super(found, null, false, false);
        this.cause = cause;
        this.found = found;
        this.expected = expected;
    }

    static UnusableException invalid(String found, String expected) {
        return new UnusableException(Cause.INVALID, found, expected);
    }

    static UnusableException foreign(String found, String expected) {
        return new UnusableException(Cause.FOREIGN, found, expected);
    }

    /** What an access to a mapping ends with whose file a peer has truncated. */
    static InvalidSegmentException truncated(String key, long size, InternalError cause) {
        return new InvalidSegmentException(key, "Another process truncated the file of segment \"" + key + "\", of "
                + size + " bytes, while it was in use here. Close its links, and create or publish it again.", cause);
    }

    /** What an access ends with while a segment is being filled: its own file is too short, or the one to copy from. */
    static InvalidSegmentException truncatedWhileFilled(String key, InternalError cause) {
        return new InvalidSegmentException(key, "Segment \"" + key + "\" was not published: another process truncated"
                + " its file while it was being filled, or the file that the bytes are mapped from. Publish it again.",
                cause);
    }

    Cause reason() {
        return cause;
    }

    String found() {
        return found;
    }

    IpcException forKey(String key) {
        if (cause == Cause.BUSY) {
            return new SegmentBusyException(key, found);
        }
        return cause == Cause.FOREIGN
                ? new AccessDeniedException("segment \"" + key + "\"",
                        "found " + found + ", expected " + expected + ". Run both sides as the same user.")
                : new InvalidSegmentException(key, found, expected);
    }
}
