package io.resourcelink.error;

/**
 * The other end of a subchannel is gone for good: it was closed, is stopping, or its process has ended. Or there is no server of the
 * name that a program connects to. A receiver gets this after everything that was sent before its last sender was gone. The caller
 * closes its own end. A sender to a destination may connect again, to the next process that serves it.
 */
public final class DisconnectedException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a server that is not there.
     *
     * @param message which server, and why it may not be there
     */
    public DisconnectedException(String message) {
        super(message);
    }

    /**
     * Reports the end of a subchannel.
     *
     * @param subject what has ended
     * @param why what ended it, and what to do
     */
    public DisconnectedException(String subject, String why) {
        super(subject + " is disconnected: " + why);
    }
}
