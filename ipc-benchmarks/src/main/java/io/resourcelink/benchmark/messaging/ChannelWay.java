package io.resourcelink.benchmark.messaging;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.benchmark.Mode;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.SubSender;

/**
 * The channel alone: a record there on one subchannel and back on another. A large payload is published under a key, whose
 * number goes over as eight raw bytes, and the checksum comes back as eight raw bytes.
 */
record ChannelWay(Mode mode) implements Way {

    static final String LABEL = "two subchannels of a channel";

    /** Where records come in. */
    static final String CALLS = "calls";

    /** Where the numbers of keys come in. */
    static final String NUMBERS = "numbers";

    /** Where the other half says where it wants its checksums. */
    static final String GREETINGS = "greetings";

    /**
     * A record from one of several threads.
     *
     * @param caller the thread's number
     * @param reading the record
     * @param replies where the thread wants its records, in its first call
     */
    record Call(int caller, Reading reading, @Nullable SubSender<Reading> replies) {}

    /** Where checksums are wanted. */
    record Greeting(SubSender<byte[]> sums) {}

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public Server server(Path directory) {
        return new ChannelServer(channel(directory), factory(directory));
    }

    @Override
    public Client client(Path directory, long address) throws InterruptedException {
        return new ChannelClient(channel(directory), factory(directory));
    }

    private Channel channel(Path directory) {
        return Channel.builder().directory(directory.resolve("channels")).spin(mode.spin()).open();
    }

    private static ResourceLinkFactory factory(Path directory) {
        return ResourceLinkFactory.builder().directory(directory.resolve("segments")).build();
    }

    /** The key that goes with a number. */
    static String key(long number) {
        return "frame-" + number;
    }
}
