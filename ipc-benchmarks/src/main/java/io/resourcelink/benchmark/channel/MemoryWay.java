package io.resourcelink.benchmark.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.benchmark.Idling;
import io.resourcelink.benchmark.Mode;

/**
 * The least that it can take: a cache line of a segment for each direction. A message is 56 bytes and a number that is written
 * last. The other side looks at the number until it changes.
 */
record MemoryWay() implements Way {

    private static final String KEY = "lines";
    private static final long CACHE_LINE = 64;

    @Override
    public String label() {
        return "shared cache line";
    }

    @Override
    public Mode mode() {
        return Mode.SPINNING;
    }

    @Override
    public boolean carries(Workload workload) {
        return workload == Workload.BYTES;
    }

    @Override
    public boolean streams() {
        return false;
    }

    @Override
    public End call(Path directory, Workload workload) {
        ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
        return new MemoryEnd(workload, factory, factory.create(KEY, 2 * CACHE_LINE), 0, CACHE_LINE);
    }

    @Override
    public End answer(Path directory, Workload workload) {
        ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
        return new MemoryEnd(workload, factory, factory.acquire(KEY), CACHE_LINE, 0);
    }

    private static final class MemoryEnd implements End {

        private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
        private static final long NUMBER = CACHE_LINE - Long.BYTES;

        private final ResourceLinkFactory factory;
        private final ResourceLink link;
        private final MemorySegment memory;
        private final MemorySegment content;
        private final long out;
        private final long in;
        private long sent;
        private long received;

        MemoryEnd(Workload workload, ResourceLinkFactory factory, ResourceLink link, long out, long in) {
            this.factory = factory;
            this.link = link;
            this.memory = link.payload();
            this.content = MemorySegment.ofArray(workload.content());
            this.out = out;
            this.in = in;
        }

        @Override
        public void send() {
            MemorySegment.copy(content, 0, memory, out, NUMBER);
            LONG.setRelease(memory, out + NUMBER, ++sent);
        }

        @Override
        public void receive() {
            int turns = 0;
            received++;
            while ((long) LONG.getAcquire(memory, in + NUMBER) != received) {
                Idling.idle(++turns);
            }
            if (memory.get(ValueLayout.JAVA_LONG, in) != content.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)) {
                throw new IllegalStateException("Other bytes came than were sent.");
            }
        }

        @Override
        public void answer() {
            send();
        }

        @Override
        public void receiveAnswer() {
            receive();
        }

        @Override
        public void close() {
            link.close();
            factory.close();
        }
    }
}
