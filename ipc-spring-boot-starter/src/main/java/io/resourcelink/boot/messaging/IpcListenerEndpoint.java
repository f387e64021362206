package io.resourcelink.boot.messaging;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;

/**
 * What is done with the messages to a destination.
 *
 * @param id a name that no other listener of the application has
 * @param destination the destination
 * @param payloadType what the payloads are
 * @param handler what is done with each message
 * @param sendTo where what the handler returns is sent to if the sender does not wait for it, or {@code null} for nowhere
 * @param concurrency how many threads receive, or {@code null} for the default
 * @param autoStartup whether it is started with the context, or {@code null} for the default
 */
public record IpcListenerEndpoint(String id, String destination, Type payloadType, Handler handler,
        @Nullable String sendTo, @Nullable Integer concurrency, @Nullable Boolean autoStartup) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the concurrency is less than 1
     */
    public IpcListenerEndpoint {
        if (concurrency != null && concurrency < 1) {
            throw new IllegalArgumentException(
                    "The concurrency of listener \"" + id + "\" must be at least 1: " + concurrency);
        }
    }

    /**
     * An endpoint with all defaults.
     *
     * @param destination the destination, which is its id as well
     * @param payloadType what the payloads are
     * @param handler what is done with each message
     */
    public IpcListenerEndpoint(String destination, Type payloadType, Handler handler) {
        this(destination, destination, payloadType, handler, null, null, null);
    }

    /** What is done with a message. Thread-safe if several threads receive. */
    @FunctionalInterface
    public interface Handler {

        /**
         * Handles a message.
         *
         * @param message the message; what it carries is closed afterwards
         * @return the reply, which is closed when it was sent; {@code null} for none
         * @throws Exception whatever goes wrong
         */
        @Nullable
        Object handle(Message<?> message) throws Exception;
    }
}
