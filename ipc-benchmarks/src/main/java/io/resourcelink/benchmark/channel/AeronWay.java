package io.resourcelink.benchmark.channel;

import java.nio.file.Path;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

import io.resourcelink.benchmark.AeronMedia;
import io.resourcelink.benchmark.Idling;
import io.resourcelink.benchmark.Mode;
import io.resourcelink.benchmark.handoff.Checksum;

/**
 * Aeron IPC, a publication for each direction. Fragments are read where they are, by a subscriber that polls. The driver is
 * in the process that calls.
 */
record AeronWay() implements Way {

    private static final int THERE = 1;
    private static final int BACK = 2;

    @Override
    public String label() {
        return "Aeron IPC";
    }

    @Override
    public Mode mode() {
        return Mode.SPINNING;
    }

    @Override
    public boolean carries(Workload workload) {
        return workload == Workload.BYTES || workload == Workload.FILLED_64_KIB;
    }

    @Override
    public End call(Path directory, Workload workload) {
        MediaDriver driver = AeronMedia.driver(directory);
        return new AeronEnd(workload, driver, AeronMedia.connect(directory), THERE, BACK);
    }

    @Override
    public End answer(Path directory, Workload workload) {
        return new AeronEnd(workload, null, AeronMedia.connect(directory), BACK, THERE);
    }

    private static final class AeronEnd implements End {

        private final Workload workload;
        private final @Nullable MediaDriver driver;
        private final Aeron aeron;
        private final ExclusivePublication out;
        private final Subscription in;
        private final UnsafeBuffer content;
        private final long expected;
        private final FragmentHandler handler;
        private int received;
        private long sum;

        AeronEnd(Workload workload, @Nullable MediaDriver driver, Aeron aeron, int out, int in) {
            this.workload = workload;
            this.driver = driver;
            this.aeron = aeron;
            this.out = aeron.addExclusivePublication(AeronMedia.IPC, out);
            this.in = aeron.addSubscription(AeronMedia.IPC, in);
            this.content = new UnsafeBuffer(workload.content());
            this.expected = workload.sum();
            this.handler = (buffer, offset, length, _) -> {
                sum += Checksum.of(buffer, offset, length);
                received += length;
            };
        }

        @Override
        public void connect() {
            AeronMedia.await(out);
        }

        @Override
        public void send() {
            AeronMedia.offer(out, content, workload.size());
        }

        @Override
        public void receive() {
            poll(workload.size());
            workload.verify(sum, expected);
        }

        @Override
        public void answer() {
            AeronMedia.await(out);
            AeronMedia.offer(out, content, 64);
        }

        @Override
        public void receiveAnswer() {
            poll(64);
        }

        private void poll(int length) {
            received = 0;
            sum = 0;
            int turns = 0;
            while (received < length) {
                if (in.poll(handler, 1) == 0) {
                    Idling.idle(++turns);
                }
            }
        }

        @Override
        public void close() {
            aeron.close();
            if (driver != null) {
                driver.close();
            }
        }
    }
}
