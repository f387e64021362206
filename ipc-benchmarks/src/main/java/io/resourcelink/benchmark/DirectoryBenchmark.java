package io.resourcelink.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceLinkInfo;

/** A look at each of 10,000 segments, all of them held. The result is the time for one segment. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DirectoryBenchmark {

    private static final int SEGMENTS = 10_000;

    private final ScratchDirectory directory = ScratchDirectory.open();
    private final ResourceLinkFactory factory = directory.factory();
    private final List<ResourceLink> held = new ArrayList<>();

    /**
     * Creates the segments.
     */
    public DirectoryBenchmark() {
        for (int number = 0; number < SEGMENTS; number++) {
            held.add(factory.create("segment-" + number, 64));
        }
    }

    /**
     * Collects orphans, of which there are none.
     *
     * @return what was found
     */
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public OrphanReport sweep() {
        return factory.collectOrphans(Duration.ZERO);
    }

    /**
     * Lists all segments.
     *
     * @return what was found
     */
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public List<ResourceLinkInfo> list() {
        return factory.list();
    }

    /**
     * Leaves nothing behind.
     *
     * @throws IOException if it cannot
     */
    @TearDown
    public void tearDown() throws IOException {
        held.forEach(ResourceLink::close);
        factory.close();
        directory.close();
    }
}
