package io.resourcelink.error;

/**
 * There is no room for a segment or for shared memory. Nothing of it is left. {@link #limit()} says what limits the room. The
 * caller releases segments, and tries again.
 */
public final class OutOfSpaceException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final long requested;
    private final long available;
    private final SpaceLimit limit;
    private final String source;
    private final String remedy;

    /**
     * Reports a lack of space on a file system.
     *
     * @param key the segment that was to be created
     * @param requested bytes it needs, header included
     * @param available bytes that were free when it was tried
     * @param directory where it was to be created
     */
    public OutOfSpaceException(String key, long requested, long available, String directory) {
        this(key, requested, available, SpaceLimit.FILE_SYSTEM, directory);
    }

    /**
     * Reports a lack of space, and what limits it.
     *
     * @param key the segment that was to be created
     * @param requested bytes it needs, header included
     * @param available bytes that were left when it was tried
     * @param limit what limits the room
     * @param source where the limit is: a directory, or the file that it was read from
     */
    public OutOfSpaceException(String key, long requested, long available, SpaceLimit limit, String source) {
        super("No space for segment \"" + key + "\": it needs " + requested + " bytes, "
                + what(available, limit, source) + advice(limit, limit.remedy()) + ".");
        this.requested = requested;
        this.available = available;
        this.limit = limit;
        this.source = source;
        this.remedy = limit.remedy();
    }

    /**
     * Reports a lack of space because of the application's own limit.
     *
     * @param key the segment that was to be created
     * @param requested bytes it needs, header included
     * @param available bytes that were free when it was tried, zero if that is not known
     * @param place where it was to be created
     * @param remedy what to do, besides releasing segments
     * @return the exception
     */
    public static OutOfSpaceException inApplication(String key, long requested, long available, String place,
            String remedy) {
        return new OutOfSpaceException(available, key, requested, place, remedy);
    }

    private OutOfSpaceException(long available, String key, long requested, String place, String remedy) {
        super("No space for segment \"" + key + "\": it needs " + requested + " bytes, "
                + what(available, SpaceLimit.APPLICATION, place) + advice(SpaceLimit.APPLICATION, remedy) + ".");
        this.requested = requested;
        this.available = available;
        this.limit = SpaceLimit.APPLICATION;
        this.source = place;
        this.remedy = remedy;
    }

    private static String what(long available, SpaceLimit limit, String source) {
        return switch (limit) {
            case FILE_SYSTEM, APPLICATION -> available + " are free in " + source + ".";
            case INODES -> "and the file system of " + source + " has no inode left for another file.";
            case FILE_SIZE -> "and RLIMIT_FSIZE lets this process write files of at most " + available + " bytes ("
                    + source + ").";
            case CONTROL_GROUP -> available + " are left within the memory limit of its control group (" + source
                    + ").";
            case MEMORY -> available + " are left of the machine's memory and swap (" + source + ").";
        };
    }

    /** Releasing other segments does not help if one file is too large. */
    private static String advice(SpaceLimit limit, String remedy) {
        return limit == SpaceLimit.FILE_SIZE
                ? " " + Character.toUpperCase(remedy.charAt(0)) + remedy.substring(1)
                : " Release or collect segments, or " + remedy;
    }

    /** {@return the bytes asked for, header included} */
    public long requested() {
        return requested;
    }

    /** {@return the bytes that were left when it was tried} */
    public long available() {
        return available;
    }

    /** {@return what limits the room} */
    public SpaceLimit limit() {
        return limit;
    }

    /** {@return where that limit is: a directory, or the file that it was read from} */
    public String source() {
        return source;
    }

    /** {@return what else to do, besides releasing segments, as a clause} */
    public String remedy() {
        return remedy;
    }
}
