package io.resourcelink.channel.jackson;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/** Refuses all values of a type, where Jackson would write something from which the receiver can't make an equal value. */
final class RefusingSerializer extends StdScalarSerializer<Object> {

    private final String reason;

    /**
     * Makes a serializer for a type.
     *
     * @param refused the type
     * @param reason the whole message: which type, why not, what to use instead
     */
    RefusingSerializer(Class<?> refused, String reason) {
        super(refused, false);
        this.reason = reason;
    }

    @Override
    public boolean isEmpty(SerializationContext context, Object value) {
        return false;
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
        throw DatabindException.from(context, reason);
    }

    @Override
    public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
            TypeSerializer position) {
        serialize(value, generator, context);
    }
}
