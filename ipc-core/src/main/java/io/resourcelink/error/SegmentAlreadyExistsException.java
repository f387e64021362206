package io.resourcelink.error;

/** A live segment has this key already. An orphan in the way is collected and never reported like this. */
public final class SegmentAlreadyExistsException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a key that is taken.
     *
     * @param key the key that was asked for
     * @param directory where it is taken
     * @param why what keeps the present segment alive
     */
    public SegmentAlreadyExistsException(String key, String directory, String why) {
        super("Segment \"" + key + "\" exists already in " + directory + " (" + why
                + "). Acquire it, choose another key, or remove the name first.");
        this.key = key;
    }

    /** {@return the key that is taken} */
    public String key() {
        return key;
    }
}
