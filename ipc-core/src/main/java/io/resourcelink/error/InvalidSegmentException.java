package io.resourcelink.error;

/**
 * A file with the segment's name exists, but it is not a segment that can be used. The file was not changed. The caller chooses
 * another key, or finds out what has made the file.
 */
public final class InvalidSegmentException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a file that is not a usable segment.
     *
     * @param key the name of the file
     * @param found what was found
     * @param expected what a segment has there
     */
    public InvalidSegmentException(String key, String found, String expected) {
        super("\"" + key + "\" is not a usable segment: found " + found + ", expected " + expected
                + ". The file was not changed. Choose another key, or find out which program has made the file.");
        this.key = key;
    }

    /**
     * Reports an access to a segment that failed because another process has changed its file.
     *
     * @param key the name of the file
     * @param message what another process did, and what to do
     * @param cause what the JVM threw
     */
    public InvalidSegmentException(String key, String message, InternalError cause) {
        super(message, cause);
        this.key = key;
    }

    /** {@return the name of the file} */
    public String key() {
        return key;
    }
}
