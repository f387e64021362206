package io.resourcelink.error;

/**
 * A segment was locked or replaced by others for longer than an operation waits. Nothing was changed; trying again is
 * right.
 */
public final class SegmentBusyException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a segment that did not come to rest.
     *
     * @param key the segment
     * @param what what was waited for
     */
    public SegmentBusyException(String key, String what) {
        super("Segment \"" + key + "\" is busy: " + what
                + ". Try again; if it persists, look for a stopped process with"
                + " \"ipc info\".");
        this.key = key;
    }

    /** {@return the segment's key} */
    public String key() {
        return key;
    }
}
