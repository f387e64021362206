package io.resourcelink.internal.os;

/**
 * Another process has a lease on a file, as {@link OpenFile#keepOthersOut} takes for the moment in which the file's name is
 * removed. It is checked, because the caller knows how long to try again.
 */
public final class LeasedFileException extends Exception {

    private static final long serialVersionUID = 1L;

    LeasedFileException() {
        super("another process has a lease on it", null, false, false);
    }
}
