package io.resourcelink.benchmark;

import java.io.IOException;
import java.time.Duration;
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
import io.resourcelink.segment.CreateOptions;

/**
 * References are taken and given back. The segments belong to another factory, which is to the kernel as another process:
 * it has descriptions and locks of its own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AcquireBenchmark {

    private final ScratchDirectory directory = ScratchDirectory.open();
    private final ResourceLinkFactory owner = directory.factory();
    private final ResourceLinkFactory factory = directory.factory();
    private final ResourceLink held = owner.create("held", ScratchDirectory.PAYLOAD);
    private final ResourceLink opened = owner.create("open", ScratchDirectory.PAYLOAD);
    private final ResourceLink open = factory.acquire("open");

    /**
     * Makes a segment that the other factory holds, one that this one holds, too, and one that nobody holds.
     */
    public AcquireBenchmark() {
        CreateOptions kept = CreateOptions.defaults().withTtl(Duration.ofHours(1)).withKeep(true);
        owner.create("kept", ScratchDirectory.PAYLOAD, kept).close();
    }

    /** This factory does not have it open; the other one has, and keeps it. */
    @Benchmark
    public void coldAcquireAndRelease() {
        factory.acquire("held").close();
    }

    /** Nobody has it open. It is kept, so the last release finds that out and leaves it. */
    @Benchmark
    public void coldAcquireAndLastRelease() {
        factory.acquire("kept").close();
    }

    /** This factory has it open already. */
    @Benchmark
    public void openAcquireAndRelease() {
        factory.acquire("open").close();
    }

    /** One more handle, without looking anything up. */
    @Benchmark
    public void retainAndClose() {
        open.retain().close();
    }

    /**
     * Leaves nothing behind.
     *
     * @throws IOException if it cannot
     */
    @TearDown
    public void tearDown() throws IOException {
        open.close();
        factory.close();
        opened.close();
        held.close();
        owner.remove("kept");
        owner.close();
        directory.close();
    }
}
