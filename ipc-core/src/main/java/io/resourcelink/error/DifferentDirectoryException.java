package io.resourcelink.error;

/**
 * A link in a message is of no use, because sender and receiver have their segments in different directories. Both need the same one.
 * The segment itself is healthy, and was not changed.
 *
 * <p>The sender gets this exception if the receiver's process has said where its segments are. Then nothing was sent. Otherwise the
 * receiver gets it when it decodes the message.
 */
public final class DifferentDirectoryException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final String directory;

    private DifferentDirectoryException(String key, String directory, String setting, String text) {
        super("The link to segment \"" + key + "\" in the message " + text
                + " Sender and receiver need the same directory (" + setting + ").");
        this.key = key;
        this.directory = directory;
    }

    /**
     * {@return what the sender gets: the receiver has its segments elsewhere}
     *
     * @param key the key of the segment
     * @param directory the directory that the segment is in
     * @param receiver the receiver's process, for people
     * @param setting the property and the method that choose this directory
     */
    public static DifferentDirectoryException notSent(String key, String directory, String receiver, String setting) {
        return new DifferentDirectoryException(key, directory, setting, "cannot be sent: the segment is in " + directory
                + ", and " + receiver + ", which has the receiver, has its segments in another directory.");
    }

    /**
     * {@return what the receiver gets: the segment is not where it has its segments}
     *
     * @param key the key of the segment, as the sender named it
     * @param directory the directory that the receiver uses for segments of this kind
     * @param setting the property and the method that choose this directory
     */
    public static DifferentDirectoryException notFound(String key, String directory, String setting) {
        return new DifferentDirectoryException(key, directory, setting, "cannot be opened: the segment is not in "
                + directory + ", where the receiver (process " + ProcessHandle.current().pid() + ") has its segments.");
    }

    /** {@return the key of the segment, as the sender named it} */
    public String key() {
        return key;
    }

    /** {@return the directory in which the process that gets this exception has its segments} */
    public String directory() {
        return directory;
    }
}
