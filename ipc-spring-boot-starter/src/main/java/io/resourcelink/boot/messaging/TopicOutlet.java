package io.resourcelink.boot.messaging;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.PublishResult;
import io.resourcelink.channel.Publisher;

/** The only publisher to a topic. Useful once it has found a subscriber. Thread-safe. */
final class TopicOutlet extends PerDestination.Entry {

    private final Publisher<Object> publisher;
    private volatile boolean known;

    TopicOutlet(Channel channel, String destination) {
        this.publisher = channel.publisher(destination, MessageType.of(Object.class));
    }

    /** Publishes a message as its own type. */
    PublishResult publish(Outgoing message, MessageType<Object> type) throws InterruptedException {
        PublishResult result = publisher.typed(type).publish(message.payload(), message.within(message.sendTimeout()));
        if (!known && result.reached() + result.dropped() > 0) {
            known = true;
        }
        return result;
    }

    @Override
    boolean isUseful() {
        return known;
    }

    @Override
    public void close() {
        publisher.close();
    }
}
