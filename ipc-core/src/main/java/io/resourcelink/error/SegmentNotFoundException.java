package io.resourcelink.error;

/** There is no segment with this key: it was never created, or its last holder let go of it. */
public final class SegmentNotFoundException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a missing segment.
     *
     * @param key what was looked for
     * @param directory where it was looked for
     */
    public SegmentNotFoundException(String key, String directory) {
        super("No segment \"" + key + "\" in " + directory
                + ". Either it was never created there, or its last holder has let go; check that both sides use the same"
                + " directory and that the producer holds it until the consumer has acquired it.");
        this.key = key;
    }

    /** {@return the key that was looked for} */
    public String key() {
        return key;
    }
}
