package io.resourcelink.boot.messaging;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageDeliveryException;

import io.resourcelink.error.DisconnectedException;

/**
 * No process has served the destination until the send time-out was over. Nothing was sent. The message may be sent again, and a
 * template with a {@linkplain IpcTemplate#setRetryPolicy retry policy} does, unless the sender has asked to {@linkplain
 * IpcSendOptions#failFast() fail at once}.
 */
public final class DestinationNotServedException extends MessageDeliveryException {

    private static final long serialVersionUID = 1L;

    /** Where the message was to go. */
    private final String destination;

    /** Whether sending did not wait. */
    private final boolean atOnce;

    /**
     * Reports a destination. Public for tests of what an application does then.
     *
     * @param message the message
     * @param destination where it was to go
     * @param where the directory of channels, and how long the sender has waited
     * @param atOnce whether the sender has asked not to wait for a destination that nobody is known to have served
     * @param cause why the last attempt has failed
     */
    public DestinationNotServedException(Message<?> message, String destination, String where, boolean atOnce,
            DisconnectedException cause) {
        super(message, "Nobody serves \"" + destination + "\" in " + where
                + ". Start the application that does, or check the name, and that both applications have the same"
                + " ipc.directory (and ipc.channels.directory, if one of them sets it).", cause);
        this.destination = destination;
        this.atOnce = atOnce;
    }

    /** {@return the destination of the message} */
    public String destination() {
        return destination;
    }

    boolean isAtOnce() {
        return atOnce;
    }
}
