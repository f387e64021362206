package io.resourcelink.error;

/**
 * There is no segment with this key. It was never created, the last process that held it has released it, its name was removed,
 * or it was kept and its time to live is over. The caller makes sure that both sides use the same directory, and that the producer
 * holds the segment until the consumer has acquired it.
 */
public final class SegmentNotFoundException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a missing segment.
     *
     * @param key the key
     * @param directory the directory that was searched
     */
    public SegmentNotFoundException(String key, String directory) {
        super("No segment \"" + key + "\" in " + directory
                + ". It was never created there, the last process that held it has released it, its name was removed, or it"
                + " was kept and its time to live is over. Make sure that both sides use the same directory, and that the"
                + " producer holds the segment until the consumer has acquired it.");
        this.key = key;
    }

    /** {@return the key that was looked for} */
    public String key() {
        return key;
    }
}
