package io.resourcelink.boot.messaging;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;

/**
 * A destination and the handler of its messages.
 *
 * @param id a name that is unique among the listeners of the application
 * @param destination the destination
 * @param payloadType the type of the payloads
 * @param handler handles each message
 * @param sendTo the destination of results for which the sender does not wait, or {@code null} to discard them
 * @param concurrency the number of threads that receive, or {@code null} for the default
 * @param autoStartup whether the listener starts with the context, or {@code null} for the default
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
                    "The concurrency of listener \"" + id + "\" must be at least 1; it was " + concurrency + ".");
        }
    }

    /**
     * Creates an endpoint with all defaults.
     *
     * @param destination the destination, which is also the id
     * @param payloadType the type of the payloads
     * @param handler handles each message
     */
    public IpcListenerEndpoint(String destination, Type payloadType, Handler handler) {
        this(destination, destination, payloadType, handler, null, null, null);
    }

    /** Handles messages. Must be thread-safe if several threads receive. */
    @FunctionalInterface
    public interface Handler {

        /**
         * Handles a message.
         *
         * @param message the message; its attachments are closed after this call
         * @return the reply, or a future of it, which is waited for; it is closed after it was sent; {@code null} for none
         * @throws Exception if the message cannot be handled
         */
        @Nullable
        Object handle(Message<?> message) throws Exception;
    }
}
