package io.resourcelink.error;

/** The file system cannot hold the segment. Nothing of it was left behind. */
public final class OutOfSpaceException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final long requested;
    private final long available;

    /**
     * Reports a lack of space.
     *
     * @param key the segment that was to be created
     * @param requested bytes it needs, header included
     * @param available bytes that were free when it was tried
     * @param directory where it was to be created
     */
    public OutOfSpaceException(String key, long requested, long available, String directory) {
        this(key, requested, available, directory, "enlarge the file system (mount -o remount,size=...;"
                + " docker run --shm-size=...; in Kubernetes an emptyDir with medium: Memory)");
    }

    /**
     * Reports a lack of space that is not a file system's.
     *
     * @param key the segment that was to be created
     * @param requested bytes it needs, header included
     * @param available bytes that were free when it was tried, zero if that is not known
     * @param place where it was to be created
     * @param remedy what to do, besides releasing segments
     */
    public OutOfSpaceException(String key, long requested, long available, String place, String remedy) {
        super("No space for segment \"" + key + "\": it needs " + requested + " bytes, " + available + " are free in "
                + place + ". Release or collect segments, or " + remedy + ".");
        this.requested = requested;
        this.available = available;
    }

    /** {@return the bytes asked for, header included} */
    public long requested() {
        return requested;
    }

    /** {@return the bytes that were free when it was tried} */
    public long available() {
        return available;
    }
}
