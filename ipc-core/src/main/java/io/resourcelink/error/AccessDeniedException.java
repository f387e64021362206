package io.resourcelink.error;

/** The operating system, or the rule whose files are trusted, forbids an operation. */
public final class AccessDeniedException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a refusal.
     *
     * @param subject the file or directory
     * @param why who refused, and what to do
     */
    public AccessDeniedException(String subject, String why) {
        super("Access to " + subject + " denied: " + why);
    }
}
