package io.resourcelink;

import java.util.concurrent.atomic.AtomicLong;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two threads close the same handle. Another handle to the segment stays. */
@JCStressTest
@State
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "One reference was released.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The other handle's reference was released as well, or none.")
public class LinkClosedTwice {

    private static final ResourceLinkFactory FACTORY = ResourceLinkFactory.builder()
            .inProcess(new InProcessMemory(64L << 20)).build();
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final ResourceLink link = FACTORY.create("segment-" + NUMBERS.getAndIncrement(), 64);
    private final ResourceLink other = link.retain();

    @Actor
    public void close() {
        link.close();
    }

    @Actor
    public void closeToo() {
        link.close();
    }

    @Arbiter
    public void look(I_Result result) {
        result.r1 = (int) other.refcount();
        other.close();
    }
}
