package io.resourcelink.channel;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;

/**
 * The type of the messages of a subchannel: a class, or a generic type written as an anonymous subclass, {@code new
 * MessageType<List<Frame>>() {}}. Messages of type {@code byte[]} are sent as they are, without a codec. Immutable.
 *
 * @param <T> the type
 */
public abstract class MessageType<T> {

    private final Type type;

    /**
     * Takes the type from the subclass's declaration.
     *
     * @throws IllegalArgumentException if the subclass does not say what {@code T} is
     */
    protected MessageType() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType declared)) {
            throw new IllegalArgumentException(
                    "A message type needs its parameter: new MessageType<List<Frame>>() {}.");
        }
        this.type = declared.getActualTypeArguments()[0];
    }

    private MessageType(Type type) {
        this.type = Objects.requireNonNull(type, "type");
    }

    private static final class Given<T> extends MessageType<T> {

        private Given(Type type) {
            super(type);
        }
    }

    /**
     * Makes the type of a class.
     *
     * @param <T> the type
     * @param type the class
     * @return the message type
     */
    public static <T> MessageType<T> of(Class<T> type) {
        return new Given<>(type);
    }

    /**
     * Makes a type that was found by reflection.
     *
     * @param type the type
     * @return the message type
     */
    public static MessageType<?> of(Type type) {
        return new Given<>(type);
    }

    /** {@return the type, for reflection} */
    public final Type type() {
        return type;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof MessageType<?> that && type.equals(that.type);
    }

    @Override
    public final int hashCode() {
        return type.hashCode();
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }
}
