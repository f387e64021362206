package io.resourcelink.benchmark.handoff;

import java.util.List;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

import io.resourcelink.benchmark.Idling;
import io.resourcelink.benchmark.Line;

/**
 * Aeron over shared memory whose pages were touched before. Payloads go as fragments of the largest size there is; the consumer polls without sleeping and
 * reads them where they are. The driver is in the producer's process and sleeps, as nothing it does is on the payloads' way.
 */
record AeronWay(String name, String label) implements Way {

    private static final String CHANNEL = "aeron:ipc";
    private static final int STREAM = 1;
    private static final int TERM_BYTES = 4 << 20;
    private static final int MTU = 65504;

    private static String directory(Session session) {
        return session.directory().resolve("aeron").toString();
    }

    private static Aeron connect(Session session) {
        return Aeron.connect(new Aeron.Context().aeronDirectoryName(directory(session)).preTouchMappedMemory(true));
    }

    @Override
    public Sender sender(Session session) {
        return new AeronSender(session);
    }

    @Override
    public Receiver receiver(Session session, Line line) {
        return new AeronReceiver(session);
    }

    private static final class AeronSender implements Sender {

        private final MediaDriver driver;
        private final Aeron aeron;
        private final ExclusivePublication publication;

        AeronSender(Session session) {
            this.driver = MediaDriver.launch(new MediaDriver.Context().aeronDirectoryName(directory(session))
                    .threadingMode(ThreadingMode.SHARED).sharedIdleStrategy(new SleepingMillisIdleStrategy(1))
                    .ipcTermBufferLength(TERM_BYTES).ipcMtuLength(MTU).termBufferSparseFile(false)
                    .dirDeleteOnShutdown(true));
            this.aeron = AeronWay.connect(session);
            this.publication = aeron.addExclusivePublication(CHANNEL, STREAM);
        }

        @Override
        public void connect(List<Long> addresses) {
            while (!publication.isConnected()) {
                Idling.giveWay();
            }
        }

        @Override
        public void send(byte[] source, long sequence, List<Line> lines) {
            UnsafeBuffer payload = new UnsafeBuffer(source);
            int fragment = publication.maxPayloadLength() / Checksum.CACHE_LINE * Checksum.CACHE_LINE;
            for (int at = 0; at < source.length; at += fragment) {
                int length = Math.min(fragment, source.length - at);
                int turns = 0;
                long position = publication.offer(payload, at, length);
                while (position < 0) {
                    if (position == Publication.CLOSED || position == Publication.NOT_CONNECTED) {
                        throw new IllegalStateException("The consumer has ended.");
                    }
                    Idling.idle(++turns);
                    position = publication.offer(payload, at, length);
                }
            }
        }

        @Override
        public void close() {
            publication.close();
            aeron.close();
            driver.close();
        }
    }

    private static final class AeronReceiver implements Receiver {

        private final Aeron aeron;
        private final Subscription subscription;
        private final FragmentHandler handler;
        private final int bytes;
        private int received;
        private long sum;

        AeronReceiver(Session session) {
            this.aeron = AeronWay.connect(session);
            this.subscription = aeron.addSubscription(CHANNEL, STREAM);
            this.bytes = session.bytes();
            this.handler = (buffer, offset, length, _) -> {
                int end = Math.min(length, session.read() - received);
                for (int at = 0; at < end; at += Checksum.CACHE_LINE) {
                    sum += buffer.getLong(offset + at);
                }
                received += length;
            };
        }

        @Override
        public void await() {
            received = 0;
            sum = 0;
            poll();
        }

        private void poll() {
            int turns = 0;
            while (subscription.poll(handler, 16) == 0) {
                Idling.idle(++turns);
            }
        }

        @Override
        public long read() {
            while (received < bytes) {
                poll();
            }
            return sum;
        }

        @Override
        public void close() {
            subscription.close();
            aeron.close();
        }
    }
}
