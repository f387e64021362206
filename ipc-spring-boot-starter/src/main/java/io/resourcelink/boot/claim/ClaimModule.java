package io.resourcelink.boot.claim;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.FromStringDeserializer;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import io.resourcelink.claim.Claim;
import io.resourcelink.error.InvalidClaimException;

/**
 * Writes a {@link Claim} as one string, its text, and reads it. It is a bean for the application's mapper, and Jackson finds it as a
 * service as well: the JSON converters of Kafka, AMQP, JMS and Spring's messaging make mappers of their own. Reading does not verify
 * a signature; opening does.
 */
public final class ClaimModule extends SimpleModule {

    private static final long serialVersionUID = 1L;

    /** Creates the module. */
    public ClaimModule() {
        super("io.resourcelink.claim");
        addSerializer(Claim.class, new Writer());
        addDeserializer(Claim.class, new Reader());
    }

    private static final class Writer extends StdSerializer<Claim> {

        Writer() {
            super(Claim.class);
        }

        @Override
        public void serialize(Claim claim, JsonGenerator generator, SerializationContext context) {
            generator.writeString(claim.toText());
        }
    }

    private static final class Reader extends FromStringDeserializer<Claim> {

        Reader() {
            super(Claim.class);
        }

        /** The text may be a secret of others: it is shown nowhere. */
        @Override
        protected Claim _deserialize(String text, DeserializationContext context) {
            try {
                return Claim.parse(text);
            } catch (InvalidClaimException e) {
                JsonParser parser = context.getParser();
                InvalidFormatException refused = new InvalidFormatException(parser, e.getMessage(), "", Claim.class);
                refused.initCause(e);
                throw refused;
            }
        }
    }
}
