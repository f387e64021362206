package io.resourcelink.benchmark.channel;

import java.nio.MappedByteBuffer;
import java.nio.file.Path;

import org.agrona.IoUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

import io.resourcelink.benchmark.Idling;
import io.resourcelink.benchmark.Mode;
import io.resourcelink.benchmark.handoff.Checksum;

/**
 * Agrona's ring buffer for one writer and one reader, one for each direction, in a file in shared memory that both processes
 * map. Messages are read where they are. It has no means to wake another process, so it spins.
 */
record RingWay() implements Way {

    private static final int CAPACITY = 4 << 20;
    private static final int MESSAGE = 1;

    @Override
    public String label() {
        return "Agrona ring buffer";
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
        return new RingEnd(workload, create(directory, "there"), create(directory, "back"));
    }

    @Override
    public End answer(Path directory, Workload workload) {
        return new RingEnd(workload, open(directory, "back"), open(directory, "there"));
    }

    private static MappedByteBuffer create(Path directory, String name) {
        return IoUtil.mapNewFile(directory.resolve(name).toFile(), CAPACITY + RingBufferDescriptor.TRAILER_LENGTH);
    }

    private static MappedByteBuffer open(Path directory, String name) {
        return IoUtil.mapExistingFile(directory.resolve(name).toFile(), name);
    }

    private static final class RingEnd implements End {

        private final Workload workload;
        private final MappedByteBuffer outMemory;
        private final MappedByteBuffer inMemory;
        private final RingBuffer out;
        private final RingBuffer in;
        private final UnsafeBuffer content;
        private final long sum;
        private final MessageHandler read;
        private final MessageHandler answered = (_, _, _, _) -> {};

        RingEnd(Workload workload, MappedByteBuffer outMemory, MappedByteBuffer inMemory) {
            this.workload = workload;
            this.outMemory = outMemory;
            this.inMemory = inMemory;
            this.out = new OneToOneRingBuffer(new UnsafeBuffer(outMemory));
            this.in = new OneToOneRingBuffer(new UnsafeBuffer(inMemory));
            this.content = new UnsafeBuffer(workload.content());
            this.sum = workload.sum();
            this.read = (_, buffer, offset, length) -> workload.verify(Checksum.of(buffer, offset, length), sum);
        }

        @Override
        public void send() {
            write(workload.size());
        }

        @Override
        public void receive() {
            read(read);
        }

        @Override
        public void answer() {
            write(64);
        }

        @Override
        public void receiveAnswer() {
            read(answered);
        }

        private void write(int length) {
            int turns = 0;
            while (!out.write(MESSAGE, content, 0, length)) {
                Idling.idle(++turns);
            }
        }

        private void read(MessageHandler handler) {
            int turns = 0;
            while (in.read(handler, 1) == 0) {
                Idling.idle(++turns);
            }
        }

        @Override
        public void close() {
            IoUtil.unmap(outMemory);
            IoUtil.unmap(inMemory);
        }
    }
}
