package io.resourcelink.error;

/**
 * A segment that is in use has this key already. The caller acquires it, or chooses another key. An orphan with the key is
 * collected instead.
 */
public final class SegmentAlreadyExistsException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a key that is taken.
     *
     * @param key the key
     * @param directory where it is taken
     * @param why what keeps that segment alive
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
