package io.resourcelink.error;

/**
 * The other end is gone for good: it was closed, or its process has ended, whatever ended it. A receiver is told when its
 * last sender is gone, after everything that was sent before; a sender is told when the receiver is.
 */
public final class DisconnectedException extends IpcException {

    private static final long serialVersionUID = 1L;

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
