package io.resourcelink.internal.wire;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

import io.resourcelink.internal.work.Failures;

/** Something is to be run while the leader goes to sleep, without a limit. */
@JCStressTest(Mode.Termination)
@State
@Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "The leader has run it.")
@Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "The leader sleeps for ever.")
public class LeaderSleeps {

    private static final int FOR_EVER = -1;

    private final Watchlist watchlist = new Watchlist(new Failures("a test"));
    private volatile boolean ran;
    private volatile boolean asked;

    @Actor
    public void lead() {
        while (!ran) {
            watchlist.poll(FOR_EVER, () -> ran);
        }
        while (!asked) {
            Thread.onSpinWait();
        }
        watchlist.free();
    }

    @Signal
    public void ask() {
        watchlist.runSoon(_ -> {
            ran = true;
            return false;
        });
        asked = true;
    }
}
