package io.resourcelink.internal.os;

/** A name leads to something that cannot be opened as a file. It is checked, because the caller decides what that means. */
public final class NotAFileException extends Exception {

    private static final long serialVersionUID = 1L;

    NotAFileException(String found) {
        super(found, null, false, false);
    }

    /** {@return what it is, with an article: {@code a directory}} */
    public String found() {
        return String.valueOf(getMessage());
    }
}
