package io.resourcelink.benchmark;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/** A segment of 4 KiB is created, and removed again by its only holder. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CreateBenchmark {

    private final ScratchDirectory directory = ScratchDirectory.open();
    private final ResourceLinkFactory factory = directory.factory();

    /**
     * Opens a factory on an empty directory.
     */
    public CreateBenchmark() {}

    /** Creates and closes. */
    @Benchmark
    public void createAndClose() {
        ResourceLink link = factory.create("segment", ScratchDirectory.PAYLOAD);
        link.close();
    }

    /**
     * Leaves nothing behind.
     *
     * @throws IOException if it cannot
     */
    @TearDown
    public void tearDown() throws IOException {
        factory.close();
        directory.close();
    }
}
