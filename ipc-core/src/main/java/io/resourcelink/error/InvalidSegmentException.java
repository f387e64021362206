package io.resourcelink.error;

/** A file with the segment's name is there, but it is not a segment that may be used. It was left untouched. */
public final class InvalidSegmentException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a file that is no usable segment.
     *
     * @param key the name of the file
     * @param found what was found
     * @param expected what a segment has there
     */
    public InvalidSegmentException(String key, String found, String expected) {
        super("\"" + key + "\" is not a usable segment: found " + found + ", expected " + expected
                + ". It was left alone; remove the file by hand if nothing else owns it.");
        this.key = key;
    }

    /**
     * Makes an exception about a fault.
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
