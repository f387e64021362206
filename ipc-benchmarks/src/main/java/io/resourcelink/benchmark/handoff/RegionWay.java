package io.resourcelink.benchmark.handoff;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.benchmark.Line;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubSender;
import io.resourcelink.memory.SharedMemory;

/**
 * A region without a name in a message of a channel. It is made for each payload, or made once and sent again and again,
 * in which case there is nothing to fill: what was sent cannot be changed.
 *
 * @param maker makes a region of a payload
 * @param repeats whether the first region is sent again and again
 * @param spin how long the channels look before they sleep
 */
record RegionWay(String name, String label, Maker maker, boolean repeats, Duration spin) implements Way {

    private static final String DESTINATION = "payloads";

    /** What is sent. */
    record Parcel(long sequence, SharedMemory payload) {}

    /** Makes a region of a payload. */
    interface Maker {

        SharedMemory make(byte[] source);
    }

    /** Makes a region in memory that was used for earlier ones. */
    static SharedMemory recycled(byte[] source) {
        try (SharedMemory.Builder builder = SharedMemory.recycledBuilder(source.length)) {
            builder.memory().copyFrom(MemorySegment.ofArray(source));
            return builder.build();
        }
    }

    private Channel open(Session session) {
        return Channel.builder().directory(session.directory().resolve("channels")).spin(spin).open();
    }

    @Override
    public Sender sender(Session session) {
        return new RegionSender(open(session), maker, repeats);
    }

    @Override
    public Receiver receiver(Session session, Line line) {
        return new RegionReceiver(open(session), session.read());
    }

    private static final class RegionSender implements Sender {

        private final Channel channel;
        private final Maker maker;
        private final boolean repeats;
        private @Nullable SubSender<Parcel> parcels;
        private @Nullable SharedMemory region;

        RegionSender(Channel channel, Maker maker, boolean repeats) {
            this.channel = channel;
            this.maker = maker;
            this.repeats = repeats;
        }

        @Override
        public void connect(List<Long> addresses) throws InterruptedException {
            parcels = channel.connect(DESTINATION, Parcel.class);
        }

        @Override
        public void send(byte[] source, long sequence, List<Line> lines) throws InterruptedException {
            if (parcels == null) {
                throw new IllegalStateException("Not connected.");
            }
            if (region == null) {
                region = maker.make(source);
            }
            parcels.send(new Parcel(sequence, region));
        }

        @Override
        public void release() {
            if (!repeats) {
                forget();
            }
        }

        private void forget() {
            if (region != null) {
                region.close();
                region = null;
            }
        }

        @Override
        public void close() {
            forget();
            if (parcels != null) {
                parcels.close();
            }
            channel.close();
        }
    }

    private static final class RegionReceiver implements Receiver {

        private final Channel channel;
        private final NamedServer<Parcel> server;
        private final int read;
        private @Nullable SharedMemory payload;

        RegionReceiver(Channel channel, int read) {
            this.channel = channel;
            this.server = channel.serve(DESTINATION, Parcel.class);
            this.read = read;
        }

        @Override
        public void await() throws InterruptedException {
            payload = server.receiver().receive().payload();
        }

        @Override
        public long read() {
            return payload == null ? 0 : Checksum.of(payload.asSegment(), read);
        }

        @Override
        public void release() {
            if (payload != null) {
                payload.close();
            }
        }

        @Override
        public void close() {
            server.receiver().close();
            server.close();
            channel.close();
        }
    }
}
