package io.resourcelink.benchmark.handoff;

import java.util.List;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.UnsafeBuffer;

import io.resourcelink.benchmark.AeronMedia;
import io.resourcelink.benchmark.Idling;
import io.resourcelink.benchmark.Line;

/**
 * Aeron over shared memory whose pages were touched before. Payloads go as fragments of the largest size there is. The consumer polls
 * without sleeping and reads them where they are. The driver is in the producer's process.
 */
record AeronWay(String name, String label) implements Way {

    private static final int STREAM = 1;

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
            this.driver = AeronMedia.driver(session.directory());
            this.aeron = AeronMedia.connect(session.directory());
            this.publication = aeron.addExclusivePublication(AeronMedia.IPC, STREAM);
        }

        @Override
        public void connect(List<Long> addresses) {
            AeronMedia.await(publication);
        }

        @Override
        public void send(byte[] source, long sequence, List<Line> lines) {
            AeronMedia.offer(publication, new UnsafeBuffer(source), source.length);
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
            this.aeron = AeronMedia.connect(session.directory());
            this.subscription = aeron.addSubscription(AeronMedia.IPC, STREAM);
            this.bytes = session.bytes();
            this.handler = (buffer, offset, length, _) -> {
                sum += Checksum.of(buffer, offset, Math.min(length, session.read() - received));
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
