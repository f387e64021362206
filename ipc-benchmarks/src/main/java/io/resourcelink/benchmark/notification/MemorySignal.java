package io.resourcelink.benchmark.notification;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.benchmark.Idling;

/** Numbers in a segment, a cache line for each direction. Who waits looks at it until it changes. */
final class MemorySignal implements Signal {

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final String KEY = "signal";
    private static final long CACHE_LINE = 64;

    private final ResourceLinkFactory factory;
    private final ResourceLink link;
    private final MemorySegment memory;
    private final long out;
    private final long in;
    private long last;

    private MemorySignal(ResourceLinkFactory factory, ResourceLink link, long out, long in) {
        this.factory = factory;
        this.link = link;
        this.memory = link.payload();
        this.out = out;
        this.in = in;
    }

    static MemorySignal call(Path directory) {
        ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
        return new MemorySignal(factory, factory.create(KEY, 2 * CACHE_LINE), 0, CACHE_LINE);
    }

    static MemorySignal answer(Path directory) {
        ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
        return new MemorySignal(factory, factory.acquire(KEY), CACHE_LINE, 0);
    }

    @Override
    public void send(long number) {
        LONG.setVolatile(memory, out, number);
    }

    @Override
    public long receive() {
        int turns = 0;
        long number = (long) LONG.getVolatile(memory, in);
        while (number == last) {
            Idling.idle(++turns);
            number = (long) LONG.getVolatile(memory, in);
        }
        last = number;
        return number;
    }

    @Override
    public void close() {
        link.close();
        factory.close();
    }
}
