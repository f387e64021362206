package io.resourcelink.internal.os;

/** A name stands for something that cannot be opened as a regular file. Checked: the caller knows the key and decides. */
public final class NotAFileException extends Exception {

    private static final long serialVersionUID = 1L;

    NotAFileException(String found) {
        super(found, null, false, false);
    }

    /** {@return what it is, with its article} */
    public String found() {
        return String.valueOf(getMessage());
    }
}
