package io.resourcelink.benchmark.handoff;

import java.util.List;
import java.util.Objects;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

import io.resourcelink.benchmark.Idling;
import io.resourcelink.benchmark.Line;

/**
 * A Chronicle Queue in shared memory. Payloads go as excerpts of up to 4 MiB; the consumer polls without sleeping and reads
 * them where they are. Each session has a new queue, as a queue keeps what it was given.
 */
record ChronicleWay(String name, String label) implements Way {

    private static final int EXCERPT = 4 << 20;
    private static final int BLOCK = 64 << 20;

    private static ChronicleQueue open(Session session) {
        return SingleChronicleQueueBuilder.binary(session.directory().resolve("queue")).blockSize(BLOCK)
                .rollCycle(RollCycles.FAST_DAILY).build();
    }

    private static Bytes<?> content(DocumentContext excerpt) {
        return Objects.requireNonNull(excerpt.wire(), "wire").bytes();
    }

    @Override
    public Sender sender(Session session) {
        ChronicleQueue queue = open(session);
        ExcerptAppender appender = queue.createAppender();
        return new Sender() {
            @Override
            public void send(byte[] source, long sequence, List<Line> lines) {
                for (int at = 0; at < source.length; at += EXCERPT) {
                    try (DocumentContext excerpt = appender.writingDocument()) {
                        Bytes<?> bytes = content(excerpt);
                        bytes.write(source, at, Math.min(EXCERPT, source.length - at));
                    }
                }
            }

            @Override
            public void close() {
                appender.close();
                queue.close();
            }
        };
    }

    @Override
    public Receiver receiver(Session session, Line line) {
        return new ChronicleReceiver(session);
    }

    private static final class ChronicleReceiver implements Receiver {

        private final ChronicleQueue queue;
        private final ExcerptTailer tailer;
        private final Session session;
        private int received;
        private long sum;

        ChronicleReceiver(Session session) {
            this.queue = ChronicleWay.open(session);
            this.tailer = queue.createTailer();
            this.session = session;
        }

        @Override
        public void await() {
            received = 0;
            sum = 0;
            next();
        }

        /** Reads the next excerpt, once it is there. */
        private void next() {
            while (true) {
                try (DocumentContext excerpt = tailer.readingDocument()) {
                    if (excerpt.isPresent()) {
                        Bytes<?> bytes = content(excerpt);
                        long begin = bytes.readPosition();
                        int length = (int) bytes.readRemaining();
                        int end = Math.min(length, session.read() - received);
                        for (int at = 0; at < end; at += Checksum.CACHE_LINE) {
                            sum += bytes.readLong(begin + at);
                        }
                        received += length;
                        return;
                    }
                }
                Idling.giveWay();
            }
        }

        @Override
        public long read() {
            while (received < session.bytes()) {
                next();
            }
            return sum;
        }

        @Override
        public void close() {
            tailer.close();
            queue.close();
        }
    }
}
