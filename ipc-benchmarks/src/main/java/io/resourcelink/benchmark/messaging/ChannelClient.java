package io.resourcelink.benchmark.messaging;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.Subchannel;

/** Sends records and the numbers of keys. Each thread has a subchannel of its own for replies. */
final class ChannelClient implements Client {

    private final Channel channel;
    private final ResourceLinkFactory factory;
    private final SubSender<ChannelWay.Call> calls;
    private final SubSender<byte[]> numbers;
    private final Subchannel<byte[]> sums;

    ChannelClient(Channel channel, ResourceLinkFactory factory) throws InterruptedException {
        this.channel = channel;
        this.factory = factory;
        this.calls = channel.connect(ChannelWay.CALLS, ChannelWay.Call.class);
        this.numbers = channel.connect(ChannelWay.NUMBERS, byte[].class);
        this.sums = channel.bytes();
        try (SubSender<ChannelWay.Greeting> greetings = channel.connect(ChannelWay.GREETINGS,
                ChannelWay.Greeting.class)) {
            greetings.send(new ChannelWay.Greeting(sums.sender()));
        }
    }

    @Override
    public Caller caller(int thread) {
        return new ChannelCaller(thread, channel.subchannel(Reading.class));
    }

    @Override
    public long hand(byte[] content, long number) throws InterruptedException {
        try (ResourceLink _ = factory.publish(ChannelWay.key(number), Content.of(content))) {
            numbers.send(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
            return ByteBuffer.wrap(sums.receiver().receive()).getLong();
        }
    }

    @Override
    public void close() {
        channel.close();
        factory.close();
    }

    private final class ChannelCaller implements Caller {

        private final int thread;
        private final Subchannel<Reading> replies;
        private @Nullable SubSender<Reading> unsaid;

        ChannelCaller(int thread, Subchannel<Reading> replies) {
            this.thread = thread;
            this.replies = replies;
            this.unsaid = replies.sender();
        }

        @Override
        public Reading ask(Reading reading) throws InterruptedException {
            calls.send(new ChannelWay.Call(thread, reading, unsaid));
            unsaid = null;
            return replies.receiver().receive();
        }
    }
}
