package io.resourcelink.channel.jackson;

import java.util.function.ToIntBiFunction;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.module.SimpleModule;

import io.resourcelink.ResourceLink;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Codec.Incoming;
import io.resourcelink.channel.Codec.Outgoing;
import io.resourcelink.channel.OneShotServer;
import io.resourcelink.channel.SubReceiver;
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
        addSerializer(SubReceiver.class, new StayingSerializer<>(SubReceiver.class));
        addSerializer(OneShotServer.class, new StayingSerializer<>(OneShotServer.class));
        addSerializer(Channel.class, new StayingSerializer<>(Channel.class));
    }

    private <A> void add(Class<A> kind, ToIntBiFunction<Outgoing, A> add) {
        addSerializer(kind, new AttachmentSerializer<>(kind, add));
        addKeySerializer(kind, new AttachmentKeySerializer<>(kind));
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addDeserializers(new ByDeclaredType());
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
