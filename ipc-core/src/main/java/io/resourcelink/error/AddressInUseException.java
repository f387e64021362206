package io.resourcelink.error;

/** Somebody else serves a destination already. */
public final class AddressInUseException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a name that is taken.
     *
     * @param destination the name
     * @param directory where it is taken
     */
    public AddressInUseException(String destination, String directory) {
        super("Destination \"" + destination + "\" is served already, by a living process, in " + directory
                + ". Stop that one, or choose another name.");
    }
}
