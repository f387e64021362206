package io.resourcelink.benchmark.messaging;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.benchmark.handoff.Checksum;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubSender;

/** Answers records in one thread and keys in another. */
final class ChannelServer implements Server {

    private final Channel channel;
    private final ResourceLinkFactory factory;

    ChannelServer(Channel channel, ResourceLinkFactory factory) {
        this.channel = channel;
        this.factory = factory;
        NamedServer<ChannelWay.Call> calls = channel.serve(ChannelWay.CALLS, ChannelWay.Call.class);
        NamedServer<ChannelWay.Greeting> greetings = channel.serve(ChannelWay.GREETINGS, ChannelWay.Greeting.class);
        NamedServer<byte[]> numbers = channel.serve(ChannelWay.NUMBERS, byte[].class);
        start("calls", () -> echo(calls));
        start("numbers", () -> read(greetings, numbers));
    }

    private interface Loop {
        void run() throws InterruptedException;
    }

    private void start(String name, Loop loop) {
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                loop.run();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (IllegalStateException e) {
                if (!channel.isClosed()) {
                    throw e;
                }
            }
        });
    }

    private static void echo(NamedServer<ChannelWay.Call> calls) throws InterruptedException {
        Map<Integer, SubSender<Reading>> replies = new HashMap<>();
        while (true) {
            ChannelWay.Call call = calls.receiver().receive();
            SubSender<Reading> reply = call.replies() == null
                    ? replies.get(call.caller())
                    : replies.computeIfAbsent(call.caller(), _ -> call.replies());
            if (reply == null) {
                throw new IllegalArgumentException(
                        "Thread " + call.caller() + " did not say where it wants its replies.");
            }
            reply.send(call.reading());
        }
    }

    private void read(NamedServer<ChannelWay.Greeting> greetings, NamedServer<byte[]> numbers)
            throws InterruptedException {
        SubSender<byte[]> sums = greetings.receiver().receive().sums();
        while (true) {
            long number = ByteBuffer.wrap(numbers.receiver().receive()).getLong();
            try (ResourceLink link = factory.acquire(ChannelWay.key(number))) {
                sums.send(ByteBuffer.allocate(Long.BYTES).putLong(Checksum.of(link.payload())).array());
            }
        }
    }

    @Override
    public void close() {
        channel.close();
        factory.close();
    }
}
