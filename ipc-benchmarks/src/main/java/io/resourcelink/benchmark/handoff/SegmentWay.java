package io.resourcelink.benchmark.handoff;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Content;
import io.resourcelink.LeakDetection;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;
import io.resourcelink.benchmark.Line;
import io.resourcelink.segment.Retention;

/**
 * Segments of this library, published under a key of their own each. The consumers are told the key's number over the line,
 * for which they wait asleep, or look a while before that.
 *
 * @param filling how the payload gets into the segment
 * @param kept who keeps memory that was let go of
 * @param spinNanos how long a consumer looks before it sleeps
 * @param onHugePages whether the segments are on a tmpfs with huge pages
 */
record SegmentWay(String name, String label, Filling filling, Kept kept, long spinNanos,
        boolean onHugePages) implements Way {

    /** Who keeps memory that was let go of, for the next payload. */
    enum Kept {
        /** Nobody: every segment is a new file, and mapped anew. */
        NOWHERE,
        /** The producer gives files out again; a consumer opens and maps anew. */
        BY_THE_PRODUCER,
        /** The producer gives files out again, and a consumer keeps them mapped. */
        ON_BOTH_SIDES
    }

    /** How a payload gets into a segment. */
    interface Filling {

        /** Publishes a payload. */
        ResourceLink publish(ResourceLinkFactory factory, String key, byte[] source);
    }

    /** Written to the file, or copied into memory that was kept: as the library does by itself. */
    static ResourceLink asContent(ResourceLinkFactory factory, String key, byte[] source) {
        return factory.publish(key, Content.of(source));
    }

    /** Copied into a mapping. */
    static ResourceLink throughMapping(ResourceLinkFactory factory, String key, byte[] source) {
        return factory.publish(key,
                Content.filling(source.length, payload -> payload.copyFrom(MemorySegment.ofArray(source))));
    }

    /** Copied into a mapping whose old bytes were not cleared before. */
    static ResourceLink inPlace(ResourceLinkFactory factory, String key, byte[] source) {
        return factory.publish(key,
                Content.overwriting(source.length, payload -> payload.copyFrom(MemorySegment.ofArray(source))));
    }

    /** The first payloads get fresh files. It takes up to six until two files take turns, and both processes have mapped both. */
    @Override
    public int warmUps(int measured) {
        return kept == Kept.NOWHERE ? Way.super.warmUps(measured) : Math.max(8, measured / 3);
    }

    private ResourceLinkFactory factory(Session session) {
        ResourceLinkFactoryBuilder builder = ResourceLinkFactory.builder().directory(session.directory())
                .leakDetection(LeakDetection.OFF);
        if (kept == Kept.NOWHERE) {
            builder.recycling(Retention.NONE);
        }
        if (kept != Kept.ON_BOTH_SIDES) {
            builder.mappings(Retention.NONE);
        }
        return builder.build();
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
            return Checksum.of(acquired.payload(), (int) Math.min(read, acquired.payloadSize()));
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
