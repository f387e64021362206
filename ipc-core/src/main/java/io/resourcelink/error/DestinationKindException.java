package io.resourcelink.error;

/**
 * A destination is used in another way than the living processes that serve it use it. A destination is served by one process, by
 * several that compete for its messages (a queue), or by subscribers that get all of them (a topic), and all its processes must
 * agree.
 */
public final class DestinationKindException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a destination of another kind.
     *
     * @param destination the name
     * @param directory the directory of channels
     * @param found how living processes serve it
     * @param wanted how this process would use it
     */
    public DestinationKindException(String destination, String directory, String found, String wanted) {
        super("Destination \"" + destination + "\" in " + directory + " is " + found + ", and this process uses it as "
                + wanted + ". Send to a topic by publish, to others by send or a request. A name has one kind in all"
                + " processes.");
    }
}
