package io.resourcelink.benchmark.handoff;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.LeakDetection;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.benchmark.Line;

/**
 * Segments of this library, published under a key of their own each. The consumers are told the key's number over the line,
 * for which they wait asleep, or look a while before that.
 *
 * @param filling how the payload gets into the segment
 * @param spinNanos how long a consumer looks before it sleeps
 * @param onHugePages whether the segments are on a tmpfs with huge pages
 */
record SegmentWay(String name, String label, Filling filling, long spinNanos,
        boolean onHugePages) implements Way {

    /** How a payload gets into a segment. */
    interface Filling {

        /** Publishes a payload. */
        ResourceLink publish(ResourceLinkFactory factory, String key, byte[] source) throws IOException;
    }

    /** Copied into a mapping. */
    static ResourceLink throughMapping(ResourceLinkFactory factory, String key, byte[] source) {
        return factory.publish(key, source.length, payload -> payload.copyFrom(MemorySegment.ofArray(source)));
    }

    private static ResourceLinkFactory factory(Session session) {
        return ResourceLinkFactory.builder().directory(session.directory()).leakDetection(LeakDetection.OFF).build();
    }

    private static String key(long sequence) {
        return "payload-" + sequence;
    }

    @Override
    public Sender sender(Session session) {
        return new SegmentSender(factory(session), filling);
    }

    @Override
    public Receiver receiver(Session session, Line line) {
        return new SegmentReceiver(factory(session), session.read(), line, spinNanos);
    }

    private static final class SegmentSender implements Sender {

        private final ResourceLinkFactory factory;
        private final Filling filling;
        private @Nullable ResourceLink link;

        SegmentSender(ResourceLinkFactory factory, Filling filling) {
            this.factory = factory;
            this.filling = filling;
        }

        @Override
        public void send(byte[] source, long sequence, List<Line> lines) throws IOException {
            link = filling.publish(factory, key(sequence), source);
            for (Line line : lines) {
                line.send(sequence, 0);
            }
        }

        @Override
        public void release() {
            if (link != null) {
                link.close();
            }
        }

        @Override
        public void close() {
            factory.close();
        }
    }

    private static final class SegmentReceiver implements Receiver {

        private final ResourceLinkFactory factory;
        private final int read;
        private final Line line;
        private final long spinNanos;
        private long sequence;
        private @Nullable ResourceLink link;

        SegmentReceiver(ResourceLinkFactory factory, int read, Line line, long spinNanos) {
            this.factory = factory;
            this.read = read;
            this.line = line;
            this.spinNanos = spinNanos;
        }

        @Override
        public void await() throws IOException {
            sequence = line.receive(spinNanos);
        }

        @Override
        public long read() {
            ResourceLink acquired = factory.acquire(key(sequence));
            link = acquired;
            return Checksum.of(acquired.payload(), read);
        }

        @Override
        public void release() {
            if (link != null) {
                link.close();
            }
        }

        @Override
        public void close() {
            factory.close();
        }
    }
}
