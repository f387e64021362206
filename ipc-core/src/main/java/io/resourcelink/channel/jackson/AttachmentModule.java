package io.resourcelink.channel.jackson;

import java.util.Set;
import java.util.function.ToIntBiFunction;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.Serializers;

import io.resourcelink.ResourceLink;
import io.resourcelink.channel.Codec.Incoming;
import io.resourcelink.channel.Codec.Outgoing;
import io.resourcelink.channel.SubSender;
import io.resourcelink.memory.SharedMemory;

/** Writes and reads attachments by their numbers; the attachments themselves pass through the call's own attributes. */
final class AttachmentModule extends SimpleModule {

    private static final long serialVersionUID = 1L;

    AttachmentModule() {
        super("io.resourcelink.channel");
        add(SharedMemory.class, Outgoing::add);
        add(ResourceLink.class, Outgoing::add);
        add(SubSender.class, Outgoing::add);
    }

    private <A> void add(Class<A> kind, ToIntBiFunction<Outgoing, A> add) {
        addSerializer(kind, new AttachmentSerializer<>(kind, add));
        String reason = "A " + kind.getSimpleName()
                + " can't be a key of a map in a message: only texts can. Make it a value.";
        addKeySerializer(kind, refuse(kind, reason));
        addKeyDeserializer(kind, new KeyDeserializer() {

            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                return context.handleWeirdKey(kind, key, reason);
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static <A> ValueSerializer<A> refuse(Class<A> kind, String reason) {
        return (ValueSerializer<A>) (ValueSerializer<?>) new RefusingSerializer(kind, reason);
    }

    @Override
    public void setupModule(SetupContext context) {
        // Asked last, after those of attachments: Jackson begins with what was added last.
        context.addSerializers(new Staying());
        super.setupModule(context);
        context.addDeserializers(new ByDeclaredType());
    }

    /** Everything else of this library that has to be closed stays in its process. */
    private static final class Staying extends Serializers.Base {

        private static final Set<String> PACKAGES = Set.of(ResourceLink.class.getPackageName(),
                SubSender.class.getPackageName(), SharedMemory.class.getPackageName());

        @Override
        public @Nullable ValueSerializer<?> findSerializer(SerializationConfig config, JavaType type,
                BeanDescription.Supplier description, JsonFormat.Value format) {
            Class<?> raw = type.getRawClass();
            return AutoCloseable.class.isAssignableFrom(raw) && PACKAGES.contains(raw.getPackageName())
                    ? new RefusingSerializer(raw, "A " + raw.getSimpleName()
                            + " stays where it was opened: to receive elsewhere, send a sender from there.")
                    : null;
        }
    }

    /** Asked once for each declared type, so a sender knows what its messages are however deep it is declared. */
    private static final class ByDeclaredType extends Deserializers.Base {

        @Override
        public @Nullable ValueDeserializer<?> findBeanDeserializer(JavaType type, DeserializationConfig config,
                BeanDescription.Supplier description) {
            if (type.hasRawClass(SharedMemory.class)) {
                return new AttachmentDeserializer<>(type, Incoming::memory);
            }
            if (type.hasRawClass(ResourceLink.class)) {
                return new AttachmentDeserializer<>(type, Incoming::link);
            }
            if (type.hasRawClass(SubSender.class)) {
                var messages = ResolvedType.messageType(type.containedTypeOrUnknown(0));
                return new AttachmentDeserializer<>(type, (incoming, number) -> incoming.sender(number, messages));
            }
            return null;
        }

        @Override
        public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
            return type == SharedMemory.class || type == ResourceLink.class || type == SubSender.class;
        }
    }
}
