package io.resourcelink.error;

/** A directory is on a file system, or on a kernel, that cannot do what segments need. Nothing was made there. */
public final class UnsuitableDirectoryException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String directory;

    /**
     * Reports a directory that cannot hold segments.
     *
     * @param directory where it is
     * @param why what was found, and what to do
     */
    public UnsuitableDirectoryException(String directory, String why) {
        super("Directory " + directory + " cannot hold segments: " + why);
        this.directory = directory;
    }

    /** {@return where the directory is} */
    public String directory() {
        return directory;
    }
}
