package io.resourcelink.boot.messaging;

/**
 * Headers of messages. A template reads some of them from a message that it sends, and sets one in a reply; a listener finds the others in
 * a message that it gets. They do not travel.
 */
public final class IpcHeaders {

    /**
     * How long sending waits: a {@link java.time.Duration}, or a number of milliseconds. See {@link IpcSendOptions#sendTimeout()}.
     */
    public static final String SEND_TIMEOUT = "ipc_sendTimeout";

    /**
     * How long a request waits for its reply: a {@link java.time.Duration}, or a number of milliseconds. See {@link
     * IpcSendOptions#replyTimeout()}.
     */
    public static final String REPLY_TIMEOUT = "ipc_replyTimeout";

    /**
     * The age from which on the message is dropped: a {@link java.time.Duration}, or a number of milliseconds. See {@link
     * IpcSendOptions#maxAge()}.
     */
    public static final String MAX_AGE = "ipc_maxAge";

    /**
     * In a reply that is a {@link org.springframework.messaging.Message}: a {@link java.io.Closeable}. The caller closes it, which
     * closes all regions, links and senders that the reply carries. It has the name that Spring Integration uses for such a header.
     */
    public static final String CLOSEABLE_RESOURCE = "closeableResource";

    /** In a message that a listener gets: its destination, a {@link String}. */
    public static final String RECEIVED_DESTINATION = "ipc_receivedDestination";

    /** In a message that a listener gets: the process that has sent it, a {@link String} for people. */
    public static final String SENDER = "ipc_sender";

    /** In a message that a listener gets: its number among those of its sender to this listener, a {@link Long} from 1 on. */
    public static final String MESSAGE_NUMBER = "ipc_messageNumber";

    /** In a message that a listener gets: its age when the listener took it, a {@link java.time.Duration}. */
    public static final String AGE = "ipc_age";

    private IpcHeaders() {}
}
