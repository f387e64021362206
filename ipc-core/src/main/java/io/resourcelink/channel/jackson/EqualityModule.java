package io.resourcelink.channel.jackson;

import java.lang.constant.Constable;
import java.lang.constant.ConstantDesc;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;

/** Refuses what would not be received equal, and has sets received in the order in which they were sent. */
final class EqualityModule extends SimpleModule {

    private static final long serialVersionUID = 1L;

    EqualityModule(Supplier<Receiver> receiver) {
        super("io.resourcelink.channel.equality");
        setSerializerModifier(new SerializerGate(receiver));
        addDeserializer(Receiver.Question.class, new Receiver.QuestionDeserializer());
        for (Class<?> type : Set.of(Comparable.class, Constable.class, ConstantDesc.class)) {
            add(type);
        }
        addSerializer(new Undeclared.Serializer());
        addSerializer(new Typed.Serializer());
        addKeySerializer(Undeclared.class, new Undeclared.KeySerializer());
        addKeyDeserializer(Undeclared.class, new KeyDeserializer() {

            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                return key;
            }
        });
        addAbstractTypeMapping(Set.class, LinkedHashSet.class);
    }

    private <T> void add(Class<T> type) {
        addDeserializer(type, new ReadAsWritten<>(type));
    }

    /** Reads a text, a number or a list as a place of type {@code Object} does. */
    private static final class ReadAsWritten<T> extends StdDeserializer<T> {

        private final Class<T> type;

        ReadAsWritten(Class<T> type) {
            super(type);
            this.type = type;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            Object value = context.readValue(parser, Object.class);
            if (!type.isInstance(value)) {
                return context.reportInputMismatch(this, "Expected a %s, found %s.", type.getName(),
                        parser.currentToken());
            }
            return type.cast(value);
        }
    }
}
