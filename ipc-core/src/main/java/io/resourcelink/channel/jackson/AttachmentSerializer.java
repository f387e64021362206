package io.resourcelink.channel.jackson;

import java.util.function.ToIntBiFunction;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdScalarSerializer;

import io.resourcelink.channel.Codec.Outgoing;

/** Hands an attachment to the call and writes the number it got. */
final class AttachmentSerializer<A> extends StdScalarSerializer<A> {

    private final ToIntBiFunction<Outgoing, A> add;

    AttachmentSerializer(Class<A> kind, ToIntBiFunction<Outgoing, A> add) {
        super(kind);
        this.add = add;
    }

    @Override
    public void serialize(A attachment, JsonGenerator generator, SerializationContext context) {
        if (!(context.getAttribute(Outgoing.class) instanceof Outgoing outgoing)) {
            throw DatabindException.from(context, "A " + handledType().getSimpleName()
                    + " travels beside a message, not inside: it can be written only where a channel encodes one.");
        }
        generator.writeNumber(add.applyAsInt(outgoing, attachment));
    }
}
