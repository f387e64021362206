package io.resourcelink.channel.jackson;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

import io.resourcelink.channel.Codec.Incoming;

/** Reads a number and takes the attachment of that number from the call. */
final class AttachmentDeserializer<A> extends StdScalarDeserializer<A> {

    /** How an attachment of this kind is taken. */
    interface Taking<A> {

        A take(Incoming incoming, int number);
    }

    private final Taking<? extends A> taking;

    AttachmentDeserializer(JavaType kind, Taking<? extends A> taking) {
        super(kind);
        this.taking = taking;
    }

    @Override
    public A deserialize(JsonParser parser, DeserializationContext context) {
        String kind = handledType().getSimpleName();
        if (!(context.getAttribute(Incoming.class) instanceof Incoming incoming)) {
            throw DatabindException.from(context, "A " + kind
                    + " travels beside a message, not inside: it can be read only where a channel decodes one.");
        }
        if (!parser.isExpectedNumberIntToken() || parser.getNumberType() != JsonParser.NumberType.INT) {
            return context.reportInputMismatch(this, "Expected the number of a %s, found %s.", kind,
                    parser.currentToken());
        }
        int number = parser.getIntValue();
        if (number < 0) {
            return context.reportInputMismatch(this, "Expected the number of a %s, found %d.", kind, number);
        }
        return taking.take(incoming, number);
    }
}
