package io.resourcelink.error;

/**
 * A system call failed for a reason that no other exception describes. The message says what the error number means and what to
 * do.
 */
public final class OsException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * Reports a failed system call.
     *
     * @param call the call's name, as in its manual page
     * @param errno the error number the kernel gave
     * @param symbol the number's name, such as {@code EMFILE}
     * @param subject what the call was about, such as a file's name
     * @param text what the number means, and what to do
     */
    public OsException(String call, int errno, String symbol, String subject, String text) {
        super(call + "(" + subject + ") failed with " + symbol + ": " + text);
        this.call = call;
        this.errno = errno;
    }

    /** {@return the name of the call that failed} */
    public String call() {
        return call;
    }

    /** {@return the kernel's error number} */
    public int errno() {
        return errno;
    }
}
