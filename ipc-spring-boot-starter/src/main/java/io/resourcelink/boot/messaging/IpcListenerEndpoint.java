package io.resourcelink.boot.messaging;

import java.lang.reflect.Type;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.util.Assert;

import io.resourcelink.channel.DestinationKind;

/**
 * A destination and the handler of its messages.
 *
 * @param id a name that is unique among the listeners of the application
 * @param destination the destination
 * @param payloadType the type of the payloads
 * @param handler handles each message
 * @param sendTo the destination of results for which the sender does not wait, or {@code null} to discard them
 * @param recoverer takes messages that the handler has failed to handle, or {@code null} to report them
 * @param settings how the listener receives
 * @param kind how the destination is served
 */
public record IpcListenerEndpoint(String id, String destination, Type payloadType, Handler handler,
        @Nullable String sendTo, @Nullable IpcMessageRecoverer recoverer, IpcListenerSettings settings,
        DestinationKind kind) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the id or the destination is blank
     */
    public IpcListenerEndpoint {
        Assert.hasText(id, "A listener needs an id.");
        Assert.hasText(destination, () -> "The listener \"" + id + "\" needs a destination.");
        Objects.requireNonNull(payloadType, "payloadType");
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(kind, "kind");
    }

    /**
     * Creates an endpoint with all defaults, for a destination that one process serves.
     *
     * @param destination the destination, which is also the id
     * @param payloadType the type of the payloads
     * @param handler handles each message
     */
    public IpcListenerEndpoint(String destination, Type payloadType, Handler handler) {
        this(destination, destination, payloadType, handler, null, null, IpcListenerSettings.DEFAULT,
                DestinationKind.SINGLE);
    }

    /**
     * Sets the name in the registry.
     *
     * @param newId the name
     * @return an endpoint with this name
     */
    public IpcListenerEndpoint withId(String newId) {
        return new IpcListenerEndpoint(newId, destination, payloadType, handler, sendTo, recoverer, settings, kind);
    }

    /**
     * Sets how the listener receives.
     *
     * @param newSettings the settings
     * @return an endpoint with these settings
     */
    public IpcListenerEndpoint with(IpcListenerSettings newSettings) {
        return new IpcListenerEndpoint(id, destination, payloadType, handler, sendTo, recoverer, newSettings,
                kind);
    }

    /**
     * Sets what takes messages that the handler has failed to handle.
     *
     * @param newRecoverer the recoverer
     * @return an endpoint with this recoverer
     */
    public IpcListenerEndpoint with(IpcMessageRecoverer newRecoverer) {
        return new IpcListenerEndpoint(id, destination, payloadType, handler, sendTo, newRecoverer, settings,
                kind);
    }

    /**
     * Sets how the destination is served.
     *
     * @param newKind how; all processes that serve the destination must agree
     * @return an endpoint that is served so
     */
    public IpcListenerEndpoint with(DestinationKind newKind) {
        return new IpcListenerEndpoint(id, destination, payloadType, handler, sendTo, recoverer, settings, newKind);
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
