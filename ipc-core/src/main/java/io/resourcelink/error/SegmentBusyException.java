package io.resourcelink.error;

/**
 * Other processes have locked or replaced a segment for longer than an operation waits. Nothing was changed. The caller tries
 * again.
 */
public final class SegmentBusyException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a segment that stayed locked, or changed all the time.
     *
     * @param key the segment
     * @param reason what the operation has waited for
     */
    public SegmentBusyException(String key, String reason) {
        super("Segment \"" + key + "\" is busy: " + reason
                + ". Try again; if it persists, look for a stopped process with"
                + " \"ipc info\".");
        this.key = key;
    }

    /** {@return the segment's key} */
    public String key() {
        return key;
    }
}
