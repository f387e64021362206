package io.resourcelink.internal.os;

/**
 * Somebody keeps others from opening a file, as {@link OpenFile#keepOthersOut} does for the moment in which its name is
 * removed. Checked: the caller knows how long to try again.
 */
public final class LeasedFileException extends Exception {

    private static final long serialVersionUID = 1L;

    LeasedFileException() {
        super("somebody keeps others from opening it", null, false, false);
    }
}
