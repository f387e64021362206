package io.resourcelink.error;

/**
 * A link in a message cannot be opened, because its segment is not in the directory that the receiver uses. The segment itself is
 * healthy, and was not changed. Sender and receiver need the same directory of segments.
 */
public final class DifferentDirectoryException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final String directory;

    /**
     * Reports a link whose segment is in another directory.
     *
     * @param key the key of the segment, as the sender named it
     * @param directory the directory that the receiver uses for segments of this kind
     * @param setting the property and the method that choose this directory
     */
    public DifferentDirectoryException(String key, String directory, String setting) {
        super("The link to segment \"" + key + "\" in the message cannot be opened: the segment is not in " + directory
                + ", where the receiver (process " + ProcessHandle.current().pid() + ") has its segments. Sender and"
                + " receiver need the same directory (" + setting + ").");
        this.key = key;
        this.directory = directory;
    }

    /** {@return the key of the segment, as the sender named it} */
    public String key() {
        return key;
    }

    /** {@return the directory that the receiver uses} */
    public String directory() {
        return directory;
    }
}
