package io.resourcelink.error;

/**
 * The payload that a claim names is gone for good: its time to live is over, or it was settled or removed. Trying again does
 * not help. The caller treats the message as expired. The producer chooses a time to live that is longer than messages wait.
 */
public final class ClaimGoneException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a payload that is gone.
     *
     * @param key the key of its segment
     * @param why where it was looked for, or why it is gone, as a clause
     */
    public ClaimGoneException(String key, String why) {
        super("The payload of claim \"" + key + "\" is gone: " + why
                + ". If messages may wait for so long, publish with a longer time to live.");
        this.key = key;
    }

    /** {@return the key of the segment that the claim names} */
    public String key() {
        return key;
    }
}
