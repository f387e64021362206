package io.resourcelink.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/** The last holder of all lets go, and the segment goes with it; other threads of the process wait meanwhile. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LastReleaseBenchmark {

    private final ScratchDirectory directory = ScratchDirectory.open();
    private final ResourceLinkFactory factory = directory.factory();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Thread> others = new ArrayList<>();
    private @Nullable ResourceLink link;

    /** How many other threads there are. */
    @Param({ "1", "200" })
    public int threads;

    /**
     * Opens a factory on an empty directory.
     */
    public LastReleaseBenchmark() {}

    /** Starts the threads, which wait for the end. */
    @Setup
    public void startThreads() {
        for (int number = 0; number < threads; number++) {
            others.add(Thread.ofPlatform().start(() -> {
                try {
                    end.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
    }

    /** Creates what is going to be released; not measured. */
    @Setup(Level.Invocation)
    public void create() {
        link = factory.create("segment", ScratchDirectory.PAYLOAD);
    }

    /** Lets go. */
    @Benchmark
    public void lastRelease() {
        ResourceLink last = link;
        if (last != null) {
            last.close();
        }
    }

    /**
     * Leaves nothing behind.
     *
     * @throws IOException if it cannot
     * @throws InterruptedException if interrupted
     */
    @TearDown
    public void tearDown() throws IOException, InterruptedException {
        end.countDown();
        for (Thread other : others) {
            other.join();
        }
        factory.close();
        directory.close();
    }
}
