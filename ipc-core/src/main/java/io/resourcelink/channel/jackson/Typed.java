package io.resourcelink.channel.jackson;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * A message whose class has type arguments. Jackson writes the value of a class that is not final by the class alone if the value is not
 * inside another one, and would take each type argument for {@code Object}.
 *
 * @param value the message
 * @param type its declared type
 */
record Typed(Object value, JavaType type) {

    /** {@return whether messages of a declared type are to be written as this} */
    static boolean isNeededFor(JavaType type) {
        return type.hasGenericTypes() && !type.isFinal() && !type.isContainerType() && !type.isReferenceType()
                && !JdkTypes.contains(type.getRawClass());
    }

    /** Writes the message with the type arguments of its declared type. */
    static final class Serializer extends StdSerializer<Typed> {

        Serializer() {
            super(Typed.class);
        }

        @Override
        public void serialize(Typed typed, JsonGenerator generator, SerializationContext context) {
            Object value = typed.value();
            if (!typed.type().getRawClass().isInstance(value)) {
                context.reportBadDefinition(typed.type(), "The message is a " + value.getClass().getTypeName() + '.');
            }
            JavaType own = context.constructSpecializedType(typed.type(), value.getClass());
            ValueSerializer<Object> serializer = context.findRootValueSerializer(own);
            TypeSerializer position = context.findTypeSerializer(typed.type());
            if (position == null) {
                serializer.serialize(value, generator, context);
            } else {
                serializer.serializeWithType(value, generator, context, position);
            }
        }
    }
}
