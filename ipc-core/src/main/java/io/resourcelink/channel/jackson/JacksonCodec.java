package io.resourcelink.channel.jackson;

import java.lang.reflect.Type;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;
import tools.jackson.dataformat.cbor.CBORWriteFeature;

import io.resourcelink.channel.Codec;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.jackson.Receiver.Reading;
import io.resourcelink.error.MessageException;

/**
 * Encodes messages with Jackson, by default in CBOR: records, beans, generic types, collections, optionals,
 * {@code java.time}, and sealed types that Jackson's annotations tell apart. {@link io.resourcelink.memory.SharedMemory},
 * {@link io.resourcelink.ResourceLink} and {@link io.resourcelink.channel.SubSender} may stand anywhere inside, wherever
 * the <em>declared</em> type names them, but not as keys of a map: only their numbers are written. A field that is declared
 * as {@code Object} gets only the number, not the handle.
 *
 * <p>Properties the receiver does not know are skipped, so that a newer sender may talk to an older receiver. Bytes after
 * the value, and a message that is {@code null}, are errors. Jackson limits nesting to 500 levels. There is
 * no other limit.
 *
 * <p>Thread-safe. The codec keeps only what it has learnt about types: one entry for each type that the program names. The first
 * message of a type needs some milliseconds for introspection. Each later one needs a walk through its values, and one copy of the
 * bytes.
 */
public final class JacksonCodec implements Codec {

    private record Form(ObjectWriter writer, ObjectReader reader) {}

    private final ObjectMapper mapper;
    private final Receiver receiver;
    private final ConcurrentHashMap<Type, Form> forms = new ConcurrentHashMap<>();

    /** Makes the default codec: CBOR, without limits on the length of texts, names and numbers. */
    public JacksonCodec() {
        this(cbor());
    }

    /**
     * Makes the default codec with more modules, for example those of an application. A type that a module of the application
     * writes and reads is not refused.
     *
     * @param modules the modules, which both sides of a subchannel need
     * @return the codec
     */
    public static JacksonCodec withModules(Iterable<? extends JacksonModule> modules) {
        return new JacksonCodec(cbor().rebuild().addModules(modules).build());
    }

    /**
     * Makes a codec with the format, features, modules and limits of a mapper. Both sides of a subchannel need the same.
     *
     * @param mapper the mapper, which is not changed: the codec makes its own from it, which has {@link #module()} and refuses bytes
     * after the value
     */
    public JacksonCodec(ObjectMapper mapper) {
        var builder = mapper.rebuild().addModule(module()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(SerializationFeature.FAIL_ON_UNWRAPPED_TYPE_IDENTIFIERS).addModule(new EqualityModule(this::receiver));
        if (mapper.serializationConfig().getDefaultTyper(mapper.constructType(Object.class)) == null) {
            builder.setDefaultTyping(new Positions(this::receiver));
        }
        this.mapper = builder.build();
        this.receiver = new Receiver(mapper, this.mapper);
    }

    /** Asked by serializers, which are made with the first message. */
    private Receiver receiver() {
        return receiver;
    }

    /**
     * Makes the module that has Jackson write only the numbers of what a message carries. The codec's own mapper has it already. With it
     * any other mapper refuses such values with a clear message, instead of writing their properties.
     *
     * @return a new module
     */
    public static JacksonModule module() {
        return new AttachmentModule();
    }

    /** What is received equals what was sent: times keep their zone, and constants are written by name, not by {@code toString()}. */
    private static ObjectMapper cbor() {
        StreamReadConstraints unlimited = StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE).maxNumberLength(Integer.MAX_VALUE).build();
        return CBORMapper.builder(CBORFactory.builder().streamReadConstraints(unlimited)
                .disable(CBORWriteFeature.WRITE_MINIMAL_INTS).build())
                .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
                .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING).build();
    }

    @Override
    public byte[] encode(Object message, MessageType<?> type, Outgoing attachments) {
        Objects.requireNonNull(message, "message");
        return form(type).writer().withAttribute(Outgoing.class, attachments).writeValueAsBytes(message);
    }

    @Override
    public <T> T decode(byte[] body, MessageType<T> type, Incoming attachments) {
        T message = form(type).reader().withAttribute(Incoming.class, attachments).readValue(body);
        if (message == null) {
            throw new MessageException("The message is null, not a " + type + '.', null);
        }
        return message;
    }

    private Form form(MessageType<?> type) {
        Form known = forms.get(type.type());
        return known != null ? known : forms.computeIfAbsent(type.type(), this::learn);
    }

    private Form learn(Type type) {
        JavaType read = mapper.constructType(type);
        Reading reading = receiver.reading(read);
        if (reading.deserializer() == null) {
            throw new MessageException("No message can be of type " + type.getTypeName()
                    + ": the receiver could not read it. " + reading.obstacle(), null);
        }
        return new Form(mapper.writerFor(Undeclared.written(type, mapper.getTypeFactory())), mapper.readerFor(read));
    }
}
