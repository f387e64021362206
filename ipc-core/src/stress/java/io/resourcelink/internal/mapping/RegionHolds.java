package io.resourcelink.internal.mapping;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** One thread holds a region for a system call while another closes its last handle. */
@JCStressTest
@State
@Outcome(id = "true, false, true", expect = Expect.ACCEPTABLE, desc = "The hold came first, and keeps the region until it ends.")
@Outcome(id = "false, false, true", expect = Expect.ACCEPTABLE, desc = "The region was closed first, and the caller is told.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A region that is closed under a system call, or that nobody closes.")
public class RegionHolds {

    private final Region region = new Region(0, null, true);

    @Actor
    public void hold(ZZZ_Result result) {
        try {
            region.retain();
        } catch (IllegalStateException _) {
            return;
        }
        result.r1 = true;
        result.r2 = isUnused();
        region.release();
    }

    private boolean isUnused() {
        synchronized (region) {
            return region.isUnused();
        }
    }

    @Actor
    public void leave() {
        region.leave();
    }

    @Arbiter
    public void look(ZZZ_Result result) {
        result.r3 = region.isUnused();
    }
}
