package io.resourcelink.channel.jackson;

import java.io.Serializable;
import java.lang.constant.Constable;
import java.lang.constant.ConstantDesc;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.jsontype.TypeIdResolver;
import tools.jackson.databind.jsontype.TypeResolverBuilder;
import tools.jackson.databind.jsontype.TypeSerializer;

import io.resourcelink.channel.jackson.Receiver.Reading;

/**
 * Is asked by Jackson for each place in a message, once for each declared type, unless annotations say how subtypes are told apart.
 * Most declared types need no look at their values: final classes, collections, and what {@link SerializerGate} decides by class.
 */
final class Positions implements TypeResolverBuilder<Positions> {

    /** Read as lists. A set is never equal to one. */
    private static final Set<Class<?>> READ_AS_LISTS = Set.of(Iterable.class, Collection.class,
            java.util.SequencedCollection.class);

    /** Read as what the value itself says: a text, a number, a list. */
    private static final Set<Class<?>> READ_AS_WRITTEN = Set.of(Object.class, Serializable.class, Number.class,
            CharSequence.class, Comparable.class, Constable.class, ConstantDesc.class);

    private final Supplier<Receiver> receiver;

    Positions(Supplier<Receiver> receiver) {
        this.receiver = receiver;
    }

    @Override
    public @Nullable TypeSerializer buildTypeSerializer(SerializationContext context, JavaType declared,
            @Nullable Collection<NamedType> subtypes) {
        Class<?> raw = declared.getRawClass();
        if (raw == Undeclared.class || raw.isPrimitive() || raw.isEnum() || declared.isArrayType()
                || declared.isReferenceType()
                || declared.isFinal()) {
            return null;
        }
        String where = "in a place of type " + raw.getTypeName() + " would not be received equal. ";
        if (READ_AS_WRITTEN.contains(raw)) {
            return new Position(type -> raw.isAssignableFrom(type) && receiver.get().isPlain(type),
                    where + "Declare the place with the type of the value.");
        }
        if (READ_AS_LISTS.contains(raw)) {
            return new Position(type -> Collection.class.isAssignableFrom(type) && !Set.class.isAssignableFrom(type)
                    && (!Queue.class.isAssignableFrom(type) || List.class.isAssignableFrom(type)),
                    where + "Declare the place as a List, a Set or a Queue.");
        }
        return declared.isContainerType() || JdkTypes.contains(raw)
                ? ofJdk(declared, where)
                : ofUser(declared, where);
    }

    private @Nullable TypeSerializer ofJdk(JavaType declared, String where) {
        Class<?> raw = declared.getRawClass();
        if (JdkTypes.isReadableFamily(raw)) {
            return null;
        }
        if (JdkTypes.isEqualClass(raw)) {
            return new Position(type -> type == raw, where + "Declare the place with the type of the value.");
        }
        Reading reading = receiver.get().reading(declared);
        if (declared.isContainerType()) {
            return reading.obstacle() == null ? null : new Position(_ -> false, where + reading.obstacle());
        }
        return reading.isUsers()
                ? null
                : new Position(_ -> false, where + "Declare the place with the type of the value.");
    }

    /** The receiver makes one class. A value of a subclass would lose what the subclass adds. */
    private @Nullable TypeSerializer ofUser(JavaType declared, String where) {
        Reading reading = receiver.get().reading(declared);
        String obstacle = reading.obstacle();
        if (obstacle != null) {
            return new Position(_ -> false, where + obstacle);
        }
        if (!(reading.deserializer() instanceof BeanDeserializerBase bean)) {
            return null;
        }
        Class<?> made = bean.getValueType().getRawClass();
        return new Position(type -> type == made, where + "The receiver makes a " + made.getTypeName()
                + ": declare the place with the class of the value, or annotate the type with @JsonTypeInfo.");
    }

    @Override
    public @Nullable TypeDeserializer buildTypeDeserializer(DeserializationContext context, JavaType declared,
            @Nullable Collection<NamedType> subtypes) {
        return null;
    }

    @Override
    public @Nullable Class<?> getDefaultImpl() {
        return null;
    }

    @Override
    public Positions init(JsonTypeInfo.@Nullable Value settings, @Nullable TypeIdResolver resolver) {
        return this;
    }

    @Override
    public Positions withDefaultImpl(Class<?> implementation) {
        return this;
    }

    @Override
    public Positions withSettings(JsonTypeInfo.Value settings) {
        return this;
    }
}
