package io.resourcelink.channel;

import java.util.Map;

/** What has arrived in a message or a reply, and how it is decoded. Used by one thread. */
interface Decodable extends AutoCloseable {

    /**
     * Decodes the message. What it takes stays open until this is closed.
     *
     * @throws io.resourcelink.error.MessageException if the message carries something that nothing in it has taken
     */
    <T> T decodeAll(MessageType<T> type);

    /** Decodes the message as a type that need not take everything. What it takes stays open until this is closed. */
    <T> T decode(MessageType<T> type);

    /** {@return the headers} */
    Map<String, Object> headers();

    /** Leaves what the decoded message has taken to the caller, who closes it. Everything else is closed. */
    void leave();

    /** Closes everything that the message has taken, and everything else that it carries. Idempotent. */
    @Override
    void close();
}
