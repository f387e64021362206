package io.resourcelink.channel.jackson;

import java.lang.reflect.Type;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
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
 * {@link io.resourcelink.ResourceLink} and {@link io.resourcelink.channel.SubSender} may be anywhere inside, wherever
 * the <em>declared</em> type names them, but not as keys of a map: only their numbers are written.
 *
 * <p><b>What is received equals what was sent, or the sender is told.</b> The sender refuses every value from which a receiver of the
 * same types would not get an equal one. The error names the type, the path and what to use instead. Refused are:
 * <ul>
 * <li>all types of the JDK but those that come over equal: {@link String} and the like, primitives and their classes,
 * {@code BigInteger}, {@code BigDecimal}, enums, arrays, all of {@code java.time} but chronologies, {@code Date}, {@code UUID},
 * {@code URI}, {@code URL}, absolute {@code Path}s, {@code Charset}, {@code Locale}, {@code Currency}, {@code TimeZone},
 * {@code Class}, {@code Pattern} without flags, {@code ByteBuffer}, optionals, {@code AtomicInteger} and the like, {@code Map.Entry}.
 * So {@code BitSet}, {@code Calendar}, {@code java.sql} dates and times, {@code InetAddress}, {@code File}, streams, threads and locks
 * are refused, and each {@link Throwable};
 * <li>collections with more to them than their elements: with a comparator, {@code PriorityQueue}, blocking queues,
 * {@code IdentityHashMap}, {@code WeakHashMap};
 * <li>a value whose class is not the declared one, if nothing tells the receiver so: a subclass of a bean, an implementation of an
 * interface without {@code @JsonTypeInfo}. A place of type {@code Object} takes texts, {@code Boolean}, {@code Integer},
 * {@code Long}, {@code Float}, {@code Double}, big numbers, {@code byte[]}, and lists and maps of them with texts as keys;
 * <li>a class that the receiver can't make or can't fill: without a usable constructor, with a property that nothing sets, without
 * any property;
 * <li>keys of maps that Jackson would write by {@code toString()};
 * <li>{@code null} as an {@code Optional} or a {@code JsonNode}, which would be received as an empty one;
 * <li>channels, servers, receivers, routers and factories of this library, which stay in their process.
 * </ul>
 * A type that a module or an annotation of the application writes and reads is never refused. A bean is its properties: a field
 * without getter is not sent. Where the type of a message has a {@code ?}, as in {@code new MessageType<List<?>>() {}}, the receiver
 * declares the type of the elements, and each element is written as its own class says.
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

    /**
     * What writes and reads messages of a type.
     *
     * @param generic the type, if messages are written as {@link Typed}
     */
    private record Form(ObjectWriter writer, ObjectReader reader, @Nullable JavaType generic) {

        Object written(Object message) {
            return generic == null ? message : new Typed(message, generic);
        }
    }

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
                .disable(SerializationFeature.FAIL_ON_UNWRAPPED_TYPE_IDENTIFIERS)
                .addModule(new EqualityModule(this::receiver));
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

    /**
     * What is received equals what was sent: times keep their zone, constants are written by name, not by {@code toString()}, and
     * each number has its own width, so that a small {@code Long} is no {@code Integer} where {@code Object} is declared.
     */
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
        Form form = form(type);
        return form.writer().withAttribute(Outgoing.class, attachments).writeValueAsBytes(form.written(message));
    }

    @Override
    public <T> T decode(byte[] body, MessageType<T> type, Incoming attachments) {
        T message = form(type).reader().withAttribute(Incoming.class, attachments).readValue(body);
        if (message == null) {
            throw new MessageException("The message is null, not a " + type + '.', null);
        }
        return message;
    }

    @Override
    public void checkDecodable(MessageType<?> type) {
        Reading reading = receiver.reading(mapper.constructType(type.type()));
        if (reading.deserializer() == null || reading.obstacle() != null) {
            throw unreadable(type.type(), reading);
        }
    }

    private static MessageException unreadable(Type type, Reading reading) {
        return new MessageException("No message can be of type " + type.getTypeName()
                + ": the receiver could not read it. " + reading.obstacle(), null);
    }

    private Form form(MessageType<?> type) {
        Form known = forms.get(type.type());
        return known != null ? known : forms.computeIfAbsent(type.type(), this::learn);
    }

    private Form learn(Type type) {
        JavaType read = mapper.constructType(type);
        Reading reading = receiver.reading(read);
        if (reading.deserializer() == null) {
            throw unreadable(type, reading);
        }
        JavaType written = Undeclared.written(type, mapper.getTypeFactory());
        return Typed.isNeededFor(written) && !mapper.isEnabled(SerializationFeature.WRAP_ROOT_VALUE)
                ? new Form(mapper.writerFor(Typed.class), mapper.readerFor(read), written)
                : new Form(mapper.writerFor(written), mapper.readerFor(read), null);
    }
}
