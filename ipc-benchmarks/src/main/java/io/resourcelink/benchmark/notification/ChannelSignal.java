package io.resourcelink.benchmark.notification;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.Subchannel;

/** Numbers on byte subchannels, one for each direction. */
final class ChannelSignal implements Signal {

    private static final String GREETINGS = "greetings";
    private static final String ANSWERS = "answers";

    /** How the end that answers makes itself known. */
    record Greeting(SubSender<byte[]> calls) {}

    private final Channel channel;
    private final SubReceiver<byte[]> in;
    private final @Nullable NamedServer<Greeting> greetings;
    private @Nullable SubSender<byte[]> out;

    private ChannelSignal(Channel channel, SubReceiver<byte[]> in, @Nullable NamedServer<Greeting> greetings,
            @Nullable SubSender<byte[]> out) {
        this.channel = channel;
        this.in = in;
        this.greetings = greetings;
        this.out = out;
    }

    private static Channel open(Path directory, Duration spin) {
        return Channel.builder().directory(directory.resolve("channels")).spin(spin).open();
    }

    static ChannelSignal call(Path directory, Duration spin) {
        Channel channel = open(directory, spin);
        return new ChannelSignal(channel, channel.serve(ANSWERS, byte[].class).receiver(),
                channel.serve(GREETINGS, Greeting.class), null);
    }

    static ChannelSignal answer(Path directory, Duration spin) throws InterruptedException {
        Channel channel = open(directory, spin);
        Subchannel<byte[]> calls = channel.bytes();
        SubSender<byte[]> out = channel.connect(ANSWERS, byte[].class);
        try (SubSender<Greeting> greetings = channel.connect(GREETINGS, Greeting.class)) {
            greetings.send(new Greeting(calls.sender()));
        }
        calls.sender().close();
        return new ChannelSignal(channel, calls.receiver(), null, out);
    }

    @Override
    public void connect() throws InterruptedException {
        if (greetings != null) {
            out = greetings.receiver().receive().calls();
        }
    }

    @Override
    public void send(long number) throws InterruptedException {
        if (out == null) {
            throw new IllegalStateException("Not connected.");
        }
        out.send(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    @Override
    public long receive() throws InterruptedException {
        return ByteBuffer.wrap(in.receive()).getLong();
    }

    @Override
    public void close() {
        channel.close();
    }
}
