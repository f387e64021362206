package io.resourcelink.boot.messaging;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.Received;
import io.resourcelink.internal.work.Failures;

/**
 * A message while its listener handles it. If it may be handled several times, each attempt gets a payload of its own, because
 * the method may have closed its links or changed it. Used by one thread.
 */
final class Incoming implements AutoCloseable {

    private final Received<Object> received;
    private final MessageType<Object> type;
    private final Map<String, Object> headers;
    /** Never given to the listener if each attempt gets a payload of its own: the first one holds what was received. */
    private final Object first;
    private final boolean anew;
    private final Failures failures;
    private @Nullable Object payload;
    private boolean handled;

    /**
     * Decodes a message.
     *
     * @param anew whether it may be asked for several times
     */
    Incoming(Received<Object> received, MessageType<Object> type, String destination, boolean anew, Failures failures) {
        this.received = received;
        this.type = type;
        this.first = received.message();
        this.headers = Headers.received(received, destination);
        this.anew = anew;
        this.failures = failures;
    }

    Map<String, Object> headers() {
        return headers;
    }

    Class<?> payloadClass() {
        return first.getClass();
    }

    /** The method has returned, so what it had to do is done. */
    void setHandled() {
        handled = true;
    }

    boolean isHandled() {
        return handled;
    }

    /** {@return the message for the next attempt; the payload of the attempt before is closed} */
    Message<?> message() {
        closeLast();
        Object next = anew ? received.as(type) : first;
        payload = next;
        return new GenericMessage<>(next, headers);
    }

    /** Closes the payload itself, if it can be closed. The library closes what it carries. Never throws. */
    @Override
    public void close() {
        closeLast();
        if (anew) {
            close(first);
        }
    }

    private void closeLast() {
        Object last = payload;
        payload = null;
        close(last);
    }

    /** A payload that fails to close must prevent neither the next attempt nor the recoverer. */
    private void close(@Nullable Object carrier) {
        if (carrier instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Throwable e) {
                failures.report("closing what a message carried", e);
            }
        }
    }
}
