package io.resourcelink.channel.jackson;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/** Refuses what stays in its process, where Jackson would write an object of whatever its methods answer. */
final class StayingSerializer extends StdScalarSerializer<Object> {

    StayingSerializer(Class<?> kind) {
        super(kind, false);
    }

    @Override
    public void serialize(Object staying, JsonGenerator generator, SerializationContext context) {
        throw DatabindException.from(context, "A " + handledType().getSimpleName()
                + " stays where it was opened: to receive elsewhere, send a sender from there.");
    }
}
