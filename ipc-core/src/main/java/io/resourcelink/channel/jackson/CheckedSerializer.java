package io.resourcelink.channel.jackson;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.util.NameTransformer;

/**
 * Refuses some values of a type. Other values go to another serializer, which need not know what to do in a {@link Position}.
 */
final class CheckedSerializer extends ValueSerializer<Object> {

    private final ValueSerializer<Object> serializer;
    private final Function<Object, @Nullable String> reason;

    /**
     * Makes a serializer.
     *
     * @param serializer what writes the accepted values
     * @param reason why the receiver would not get an equal value and what to use instead, or {@code null} if it gets one
     */
    @SuppressWarnings("unchecked")
    CheckedSerializer(ValueSerializer<?> serializer, Function<Object, @Nullable String> reason) {
        this.serializer = (ValueSerializer<Object>) serializer;
        this.reason = reason;
    }

    @Override
    public void resolve(SerializationContext context) {
        serializer.resolve(context);
    }

    @Override
    public ValueSerializer<?> createContextual(SerializationContext context, @Nullable BeanProperty property) {
        return new CheckedSerializer(serializer.createContextual(context, property), reason);
    }

    @Override
    public ValueSerializer<Object> unwrappingSerializer(NameTransformer names) {
        return serializer.unwrappingSerializer(names);
    }

    @Override
    public boolean usesObjectId() {
        return serializer.usesObjectId();
    }

    @Override
    public boolean isEmpty(SerializationContext context, Object value) {
        return serializer.isEmpty(context, value);
    }

    @Override
    public Class<?> handledType() {
        return serializer.handledType();
    }

    @Override
    public ValueSerializer<?> getDelegatee() {
        return serializer;
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
        check(value, context);
        serializer.serialize(value, generator, context);
    }

    @Override
    public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
            TypeSerializer position) {
        check(value, context);
        if (position instanceof Position checked) {
            checked.check(value, context);
            serializer.serialize(value, generator, context);
        } else {
            serializer.serializeWithType(value, generator, context, position);
        }
    }

    private void check(Object value, SerializationContext context) {
        String found = reason.apply(value);
        if (found != null) {
            throw DatabindException.from(context, found);
        }
    }
}
