package io.resourcelink.internal.mapping;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** One thread adds a handle to a region while another removes the last one. */
@JCStressTest
@State
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "The new handle came first, and keeps the region.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "The region was closed first, and the caller is told.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A handle to a closed region, or a region that nobody closes.")
public class RegionHandles {

    private final Region region = new Region(0, null, true);

    @Actor
    public void join(ZZ_Result result) {
        try {
            region.join();
            result.r1 = true;
        } catch (IllegalStateException _) {
            result.r1 = false;
        }
    }

    @Actor
    public void leave() {
        region.leave();
    }

    @Arbiter
    public void look(ZZ_Result result) {
        result.r2 = region.isUnused();
    }
}
