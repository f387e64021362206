package io.resourcelink.error;

/** Another server serves the destination already. The caller chooses another name, or stops that server. */
public final class AddressInUseException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a name that is taken.
     *
     * @param destination the name
     * @param directory the directory of channels in which it is taken
     */
    public AddressInUseException(String destination, String directory) {
        super("Destination \"" + destination + "\" is already served by a living process in " + directory
                + ". Stop that server, or choose another name.");
    }
}
