package io.resourcelink.boot.messaging;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.Received;

/**
 * A message while its listener handles it. If it may be handled several times, each attempt gets a payload of its own, because
 * the method may have closed its links or changed it. Used by one thread.
 */
final class Incoming {

    private final Received<Object> received;
    private final MessageType<Object> type;
    private final Map<String, Object> headers;
    /** Never given to the listener if each attempt gets a payload of its own: the first one holds what was received. */
    private final Object first;
    private final boolean anew;
    private @Nullable Object payload;

    /**
     * Decodes a message.
     *
     * @param anew whether it may be asked for several times
     */
    Incoming(Received<Object> received, MessageType<Object> type, boolean anew) {
        this.received = received;
        this.type = type;
        this.first = received.message();
        this.headers = received.headers();
        this.anew = anew;
    }

    Map<String, Object> headers() {
        return headers;
    }

    Class<?> payloadClass() {
        return first.getClass();
    }

    /** {@return the message for the next attempt; the payload of the attempt before is closed} */
    Message<?> message() throws Exception {
        closeLast();
        Object next = anew ? received.as(type) : first;
        payload = next;
        return new GenericMessage<>(next, headers);
    }

    /** Closes the payload itself, if it can be closed. The library closes what it carries. */
    void close() throws Exception {
        try {
            closeLast();
        } finally {
            if (anew && first instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    private void closeLast() throws Exception {
        Object last = payload;
        payload = null;
        if (last instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
