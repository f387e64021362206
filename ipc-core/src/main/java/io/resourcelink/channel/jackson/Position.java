package io.resourcelink.channel.jackson;

import java.util.function.Predicate;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.WritableTypeId;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeIdResolver;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * A place in a message whose declared type leaves open what class the value has: a field, an element, a value of a map, the message.
 * Jackson hands such values to a type serializer. This one writes no type. It refuses values of a class that the receiver does not
 * make here.
 */
final class Position extends TypeSerializer {

    private final Predicate<Class<?>> accepted;
    private final String reason;
    private volatile @Nullable Class<?> last;

    /**
     * Makes a position.
     *
     * @param accepted whether the receiver makes an equal value for one of a class
     * @param reason what follows the name of a class that is refused
     */
    Position(Predicate<Class<?>> accepted, String reason) {
        this.accepted = accepted;
        this.reason = reason;
    }

    @Override
    public TypeSerializer forProperty(SerializationContext context, @Nullable BeanProperty property) {
        return this;
    }

    @Override
    public JsonTypeInfo.As getTypeInclusion() {
        return JsonTypeInfo.As.EXISTING_PROPERTY;
    }

    @Override
    public @Nullable String getPropertyName() {
        return null;
    }

    @Override
    public @Nullable TypeIdResolver getTypeIdResolver() {
        return null;
    }

    /** Refuses a value whose class the receiver does not make here. */
    void check(Object value, SerializationContext context) {
        Class<?> type = value.getClass();
        if (type == last) {
            return;
        }
        if (!accepted.test(type)) {
            throw DatabindException.from(context, "A " + type.getTypeName() + ' ' + reason);
        }
        last = type;
    }

    @Override
    public WritableTypeId writeTypePrefix(JsonGenerator generator, SerializationContext context, WritableTypeId id) {
        check(id.forValue, context);
        if (id.valueShape == JsonToken.START_OBJECT) {
            generator.writeStartObject(id.forValue);
        } else if (id.valueShape == JsonToken.START_ARRAY) {
            generator.writeStartArray(id.forValue);
        }
        return id;
    }

    @Override
    public WritableTypeId writeTypeSuffix(JsonGenerator generator, SerializationContext context, WritableTypeId id) {
        if (id.valueShape == JsonToken.START_OBJECT) {
            generator.writeEndObject();
        } else if (id.valueShape == JsonToken.START_ARRAY) {
            generator.writeEndArray();
        }
        return id;
    }
}
