package io.resourcelink.boot.messaging;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;

/**
 * Calls one of the methods with {@link IpcHandler} of a class: the one with the most specific payload type that the payload
 * has, or else the default one. Thread-safe if the methods are.
 */
final class ListenerClass implements IpcListenerEndpoint.Handler {

    private final String name;
    private final String destination;
    private final List<Choice> choices;
    private final @Nullable IpcListenerErrorHandler errors;
    private final Map<Class<?>, Optional<Choice>> chosen = new ConcurrentHashMap<>();

    /**
     * A method that may be called.
     *
     * @param method calls it
     * @param payload the type of its payload
     * @param isDefault whether it takes what no other method takes
     * @param sendTo the destination of its results, or {@code null}
     */
    record Choice(ListenerMethod method, Class<?> payload, boolean isDefault, @Nullable String sendTo) {}

    /**
     * Creates a handler.
     *
     * @param name the name of the class, for messages
     * @param destination the destination, for messages
     * @param choices the methods, which call the error handler themselves
     * @param errors handles messages for which there is no method; {@code null} to have them fail
     */
    ListenerClass(String name, String destination, List<Choice> choices, @Nullable IpcListenerErrorHandler errors) {
        this.name = name;
        this.destination = destination;
        this.choices = choices;
        this.errors = errors;
    }

    @Override
    public @Nullable Object handle(Message<?> message) throws Exception {
        Object payload = message.getPayload();
        Optional<Choice> choice = choice(payload.getClass());
        if (choice.isPresent()) {
            return choice.get().method().handle(message);
        }
        MessageConversionException failure = failure(message, payload.getClass());
        if (errors == null) {
            throw failure;
        }
        return errors.handleError(message, failure);
    }

    /** {@return where the result for a payload of a class goes if its sender does not wait for it} */
    @Nullable
    String sendTo(Class<?> payload) {
        return choice(payload).map(Choice::sendTo).orElse(null);
    }

    private Optional<Choice> choice(Class<?> payload) {
        return chosen.computeIfAbsent(payload, this::choose);
    }

    private Optional<Choice> choose(Class<?> payload) {
        List<Choice> taking = choices.stream().filter(choice -> choice.payload().isAssignableFrom(payload)).toList();
        List<Choice> closest = taking.stream().filter(choice -> taking.stream()
                .noneMatch(other -> !other.equals(choice) && choice.payload().isAssignableFrom(other.payload())))
                .toList();
        return closest.size() == 1
                ? Optional.of(closest.getFirst())
                : choices.stream().filter(Choice::isDefault).findFirst();
    }

    /** Not retried: the next attempt would have the same payload. */
    private MessageConversionException failure(Message<?> message, Class<?> payload) {
        boolean taken = choices.stream().anyMatch(choice -> choice.payload().isAssignableFrom(payload));
        return new MessageConversionException(message,
                "A message to \"" + destination + "\" has a payload of class " + payload.getName()
                        + ", for which " + (taken ? "there are several handlers" : "there is no handler")
                        + ", and no default handler: " + choices.stream().map(Choice::method).toList() + '.');
    }

    @Override
    public String toString() {
        return name;
    }
}
