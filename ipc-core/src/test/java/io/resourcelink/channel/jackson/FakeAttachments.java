package io.resourcelink.channel.jackson;

import java.util.ArrayList;
import java.util.List;

import io.resourcelink.ResourceLink;
import io.resourcelink.channel.Codec.Incoming;
import io.resourcelink.channel.Codec.Outgoing;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.SubSender;
import io.resourcelink.error.MessageException;
import io.resourcelink.memory.SharedMemory;

/** What one message carries: hands out the very instances that were added, and notes the types that were asked for. */
final class FakeAttachments implements Outgoing, Incoming {

    final List<Object> attachments = new ArrayList<>();
    final List<MessageType<?>> senderTypes = new ArrayList<>();

    @Override
    public int add(SharedMemory memory) {
        return addOnce(memory);
    }

    @Override
    public int add(ResourceLink link) {
        return addOnce(link);
    }

    @Override
    public int add(SubSender<?> sender) {
        return addOnce(sender);
    }

    @SuppressWarnings("ReferenceEquality") // regions of equal content are two regions
    private int addOnce(Object attachment) {
        for (int number = 0; number < attachments.size(); number++) {
            if (attachments.get(number) == attachment) {
                return number;
            }
        }
        attachments.add(attachment);
        return attachments.size() - 1;
    }

    @Override
    public SharedMemory memory(int number) {
        return taken(SharedMemory.class, number);
    }

    @Override
    public ResourceLink link(int number) {
        return taken(ResourceLink.class, number);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> SubSender<T> sender(int number, MessageType<T> type) {
        senderTypes.add(type);
        return (SubSender<T>) taken(SubSender.class, number);
    }

    private <A> A taken(Class<A> kind, int number) {
        if (number >= attachments.size() || !kind.isInstance(attachments.get(number))) {
            throw new MessageException("The message carries no " + kind.getSimpleName() + " number " + number + '.',
                    null);
        }
        return kind.cast(attachments.get(number));
    }
}
