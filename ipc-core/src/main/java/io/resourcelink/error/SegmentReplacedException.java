package io.resourcelink.error;

/**
 * Another segment has the key now than the one that was asked for. The one that was asked for has no name any more. The other
 * segment was not changed. The caller treats this as if there were no such segment.
 */
public final class SegmentReplacedException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a key that was given to another segment.
     *
     * @param key the key
     * @param directory the directory of the segment
     */
    public SegmentReplacedException(String key, String directory) {
        super("Segment \"" + key + "\" in " + directory + " is another one than was asked for: its nonce differs. The"
                + " segment that was asked for was removed, and its key was used again.");
        this.key = key;
    }

    /** {@return the key that was looked for} */
    public String key() {
        return key;
    }
}
