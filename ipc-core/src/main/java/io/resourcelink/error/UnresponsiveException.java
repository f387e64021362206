package io.resourcelink.error;

/**
 * Another process is alive but does not respond: it is stopped, or it is overloaded. This may pass. The caller tries again
 * later.
 */
public final class UnresponsiveException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a process that has not responded.
     *
     * @param subject the process, or what belongs to it, at the start of a sentence
     * @param reason what this process has waited for, and for how long, as a sentence
     */
    public UnresponsiveException(String subject, String reason) {
        super(subject + " does not respond: " + reason + " Is its process stopped (state T in ps)? Try again later.");
    }
}
