package io.resourcelink.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.segment.ResourceLinkInfo;

/** The references on one segment, counted while 10,000 descriptions of its file have one each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ReferencesBenchmark {

    private static final int DESCRIPTIONS = 10_000;
    private static final String KEY = "held";

    private final ScratchDirectory directory = ScratchDirectory.open();
    private final ResourceLinkFactory factory = directory.factory();
    private final ResourceLink link = factory.create(KEY, 64);
    private final List<OpenFile> descriptions = new ArrayList<>();

    /** Creates the segment. */
    public ReferencesBenchmark() {}

    /**
     * Takes the references.
     *
     * @throws Exception if a description cannot be opened
     */
    @Setup
    public void takeReferences() throws Exception {
        try (CallFrame frame = new CallFrame(); Directory place = Directory.open(directory.path(), 0700)) {
            while (descriptions.size() < DESCRIPTIONS) {
                OpenFile description = Objects.requireNonNull(place.open(frame, KEY, Access.USE));
                descriptions.add(description);
                ReferenceLocks.tryTakeFirst(frame, description);
            }
        }
    }

    /**
     * Counts them.
     *
     * @return how many there are
     */
    @Benchmark
    public long refcount() {
        return checked(link.refcount());
    }

    /**
     * Lists the segment.
     *
     * @return how many references it has
     */
    @Benchmark
    public long list() {
        return checked(factory.list().stream().mapToLong(ResourceLinkInfo::refcount).sum());
    }

    private static long checked(long count) {
        if (count != DESCRIPTIONS + 1) {
            throw new IllegalStateException(count + " references were counted.");
        }
        return count;
    }

    /**
     * Leaves nothing behind.
     *
     * @throws IOException if it cannot
     */
    @TearDown
    public void tearDown() throws IOException {
        descriptions.forEach(OpenFile::close);
        link.close();
        factory.close();
        directory.close();
    }
}
