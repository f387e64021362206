package io.resourcelink.benchmark.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.resourcelink.ResourceLink;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Codec;
import io.resourcelink.channel.Credits;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.OneShotServer;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.Subchannel;
import io.resourcelink.channel.jackson.JacksonCodec;
import io.resourcelink.memory.SharedMemory;

/** A channel and its subchannels, for each kind of message one. */
final class ChannelTransport implements Transport {

    private static final int PAGE = 4096;
    private static final Sample SAMPLE = new Sample(1_234_567_890L, 20.25, -1.5, "a-sensor-name");

    /** A record whose encoded form has 64 bytes. */
    record Sample(long time, double value, double limit, String source) {}

    /** A record with a region. */
    record Picture(int number, SharedMemory memory) {}

    /** The senders to one side. */
    record Senders(SubSender<Sample> samples, SubSender<byte[]> bytes, SubSender<Picture> pictures) {}

    private record Greeting(Senders senders, SubSender<Senders> answer) {}

    private final Channel channel;
    private final Subchannel<Sample> samples;
    private final Subchannel<byte[]> bytes;
    private final Subchannel<Picture> pictures;
    private final Senders there;
    private final Map<Integer, SharedMemory> regions = new HashMap<>();
    private final byte[] content = new byte[64];
    private byte fill;
    private long touched;

    /** Waits for the other side under a name that is printed, or connects to that name. */
    private ChannelTransport(Channel channel, Contact contact) throws InterruptedException {
        this.channel = channel;
        this.samples = channel.subchannel(Sample.class);
        this.bytes = channel.bytes();
        // Few descriptors: what is on its way may be 64 MiB each.
        this.pictures = channel.subchannel(MessageType.of(Picture.class), new Credits(1024, 16L << 20, 4));
        this.there = contact.exchange(channel, new Senders(samples.sender(), bytes.sender(), pictures.sender()));
    }

    private interface Contact {
        Senders exchange(Channel channel, Senders mine) throws InterruptedException;
    }

    static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    static ChannelTransport accept(Channel channel, OneShotServer<?> server) throws InterruptedException {
        return new ChannelTransport(channel, (_, mine) -> {
            Greeting greeting = (Greeting) server.accept().first();
            greeting.answer().send(mine);
            greeting.answer().close();
            return greeting.senders();
        });
    }

    static OneShotServer<?> serve(Channel channel) {
        return channel.oneShotServer(Greeting.class);
    }

    static ChannelTransport connect(Channel channel, String name) throws InterruptedException {
        return new ChannelTransport(channel, (_, mine) -> {
            try (Subchannel<Senders> answers = channel.subchannel(Senders.class);
                    SubSender<Greeting> greetings = channel.connect(name, Greeting.class)) {
                greetings.send(new Greeting(mine, answers.sender()));
                return answers.receiver().receive();
            }
        });
    }

    /** {@return how many bytes the record is when it is encoded} */
    static int encodedSize() {
        return new JacksonCodec().encode(SAMPLE, MessageType.of(Sample.class), NOTHING_CARRIED).length;
    }

    private static final Codec.Outgoing NOTHING_CARRIED = new Codec.Outgoing() {
        @Override
        public int add(SharedMemory memory) {
            throw new AssertionError();
        }

        @Override
        public int add(ResourceLink link) {
            throw new AssertionError();
        }

        @Override
        public int add(SubSender<?> sender) {
            throw new AssertionError();
        }
    };

    @Override
    public void send(Workload workload) throws InterruptedException {
        switch (workload.kind()) {
            case RECORD -> there.samples().send(SAMPLE);
            case BYTES -> there.bytes().send(content);
            case RESENT ->
                there.pictures().send(new Picture(fill,
                        regions.computeIfAbsent(workload.size(), size -> make(SharedMemory.builder(size)))));
            case FRESH, RECYCLED -> {
                SharedMemory.Builder builder = workload.kind() == Workload.Kind.FRESH
                        ? SharedMemory.builder(workload.size())
                        : SharedMemory.recycledBuilder(workload.size());
                try (SharedMemory memory = make(builder)) {
                    there.pictures().send(new Picture(fill, memory));
                }
            }
        }
    }

    private SharedMemory make(SharedMemory.Builder builder) {
        try (builder) {
            builder.memory().fill(fill++);
            return builder.build();
        }
    }

    @Override
    public void receive(Workload workload) throws InterruptedException {
        switch (workload.kind()) {
            case RECORD -> samples.receiver().receive();
            case BYTES -> bytes.receiver().receive();
            case RESENT, FRESH, RECYCLED -> {
                try (SharedMemory memory = pictures.receiver().receive().memory()) {
                    if (workload.touched()) {
                        touch(memory.asSegment());
                    }
                }
            }
        }
    }

    private void touch(MemorySegment memory) {
        for (long at = 0; at < memory.byteSize(); at += PAGE) {
            touched += memory.get(ValueLayout.JAVA_BYTE, at);
        }
    }

    @Override
    public void answer(Workload workload) throws InterruptedException {
        if (workload.kind() == Workload.Kind.RECORD) {
            there.samples().send(SAMPLE);
        } else {
            there.bytes().send(content);
        }
    }

    @Override
    public void receiveAnswer(Workload workload) throws InterruptedException {
        if (workload.kind() == Workload.Kind.RECORD) {
            samples.receiver().receive();
        } else {
            bytes.receiver().receive();
        }
    }

    @Override
    public void close() {
        regions.values().forEach(SharedMemory::close);
        there.samples().close();
        there.bytes().close();
        there.pictures().close();
        samples.close();
        bytes.close();
        pictures.close();
        channel.close();
        if (touched == Long.MIN_VALUE) {
            throw new AssertionError("Nobody can have read so much.");
        }
    }
}
