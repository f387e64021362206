package io.resourcelink;

import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** One thread reads the memory of a link while another closes it. */
@JCStressTest
@State
@Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "What was written was read.")
@Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "It was closed first, and the caller is told.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Memory of something else was read.")
public class LinkReadAndClosed {

    private static final ResourceLinkFactory FACTORY = ResourceLinkFactory.builder()
            .inProcess(new InProcessMemory(64L << 20)).build();
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final ResourceLink link = FACTORY.create("segment-" + NUMBERS.getAndIncrement(), 64);

    /** Writes what is read. */
    public LinkReadAndClosed() {
        link.payload().set(ValueLayout.JAVA_INT, 0, 7);
    }

    @Actor
    public void read(I_Result result) {
        try {
            result.r1 = link.payload().get(ValueLayout.JAVA_INT, 0);
        } catch (IllegalStateException _) {
            result.r1 = -1;
        }
    }

    @Actor
    public void close() {
        link.close();
    }
}
