package io.resourcelink.error;

/**
 * The operating system, or the rule that says which users are trusted, forbids an operation. Nothing was changed. The caller
 * changes the owner or mode of the directory or file, or the trusted users.
 */
public final class PermissionException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a refusal.
     *
     * @param subject the file or directory
     * @param why what has refused it, and what to do
     */
    public PermissionException(String subject, String why) {
        super("Access to " + subject + " denied: " + why);
    }
}
