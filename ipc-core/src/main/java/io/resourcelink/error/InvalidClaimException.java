package io.resourcelink.error;

/**
 * A text is no claim, or this process may not rely on what the claim says: its signature is wrong or missing, what it names
 * was never published as a claim, or this process may fetch from none of its origins. Nothing of the claim was used. Trying again
 * does not help: the caller discards the message, gives both sides the same secrets, or allows an origin.
 */
public final class InvalidClaimException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a claim that is refused. The message never shows the text, which may be hostile or secret.
     *
     * @param why what is wrong with it, as a clause
     */
    public InvalidClaimException(String why) {
        super("The claim is not valid: " + why + ". It was not used, and trying again does not help.");
    }
}
