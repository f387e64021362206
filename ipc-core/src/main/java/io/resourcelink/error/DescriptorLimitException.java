package io.resourcelink.error;

/**
 * A message was not sent, because the processes of this user have as many descriptors on their way in sockets as one of them may have
 * open. Each region and each link in a message is such a descriptor until the other process has read it. The limit is {@code
 * RLIMIT_NOFILE} of the process that sends; it does not apply to root. Another attempt may succeed when other processes have read what
 * was sent to them.
 */
public final class DescriptorLimitException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a message that was not sent.
     *
     * @param peer the process that should have received it, for people
     */
    public DescriptorLimitException(String peer) {
        super("A message to " + peer
                + " was not sent: the processes of this user have too many descriptors on their way in"
                + " sockets (ETOOMANYREFS). The limit is RLIMIT_NOFILE of the process that sends. Raise it (ulimit -n), send"
                + " fewer regions and links at a time, or end receivers that do not read.");
    }
}
