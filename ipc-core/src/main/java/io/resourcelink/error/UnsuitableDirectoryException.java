package io.resourcelink.error;

/**
 * A directory cannot hold segments, because its file system or the kernel lacks what they need. Nothing was made there. The
 * caller configures another directory.
 */
public final class UnsuitableDirectoryException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String directory;

    /**
     * Reports a directory that cannot hold segments.
     *
     * @param directory the path of the directory
     * @param why what was found, and what to do
     */
    public UnsuitableDirectoryException(String directory, String why) {
        super("Directory " + directory + " cannot hold segments: " + why);
        this.directory = directory;
    }

    /** {@return the path of the directory} */
    public String directory() {
        return directory;
    }
}
