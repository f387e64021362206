package io.resourcelink.channel.jackson;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/** Refuses attachments as keys of maps, where Jackson would write {@code toString()}. */
final class AttachmentKeySerializer<A> extends StdSerializer<A> {

    AttachmentKeySerializer(Class<A> kind) {
        super(kind);
    }

    @Override
    public void serialize(A attachment, JsonGenerator generator, SerializationContext context) {
        throw DatabindException.from(context, "A " + handledType().getSimpleName()
                + " can't be a key of a map in a message: only texts can. Make it a value.");
    }
}
