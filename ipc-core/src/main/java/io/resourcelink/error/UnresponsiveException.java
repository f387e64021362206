package io.resourcelink.error;

/**
 * The other process is there, and says nothing: it is stopped, or has more to do than it can. Unlike the end of a process,
 * this may pass: trying again later is right.
 */
public final class UnresponsiveException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a process that has not answered.
     *
     * @param subject who has not answered
     * @param what what was waited for, and for how long
     */
    public UnresponsiveException(String subject, String what) {
        super(subject + " does not respond: " + what + " Is its process stopped (state T in ps)? Try again later.");
    }
}
