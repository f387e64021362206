package io.resourcelink.internal.store;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.resourcelink.FixedClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;

class VerdictTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FixedClock clock = new FixedClock();

    private SegmentHeader segment(long ttlMillis, boolean keep) {
        return SegmentHeader.begin(ResourceKind.SHARED_MEMORY,
                new SegmentSpec("key", 36, ttlMillis, keep, false, false),
                clock, false);
    }

    private Verdict onUnheld(SegmentHeader header) {
        return Verdict.onUnheld(header, 100, MINUTE, clock);
    }

    @Test
    void whatIsOldEnoughIsRemoved() {
        SegmentHeader header = segment(0, false);
        clock.advance(59_999);
        assertThat(onUnheld(header)).isEqualTo(new Verdict.TooYoung());
        clock.advance(1);
        assertThat(onUnheld(header)).isEqualTo(new Verdict.Removed(Reason.UNREFERENCED, 100));
    }

    @Test
    void whatIsKeptStaysUntilItsTimeIsOver() {
        SegmentHeader header = segment(90_000, true);
        clock.advance(89_999);
        assertThat(onUnheld(header)).isEqualTo(new Verdict.Kept());
        clock.advance(1);
        assertThat(onUnheld(header)).isEqualTo(new Verdict.Removed(Reason.EXPIRED, 100));
        assertThat(onUnheld(segment(0, true))).as("for ever").isEqualTo(new Verdict.Kept());
    }

    @Test
    void anExpiredSegmentIsNotRemovedBeforeItIsOldEnough() {
        SegmentHeader header = segment(1, false);
        clock.advance(1);
        assertThat(onUnheld(header)).isEqualTo(new Verdict.TooYoung());
    }

    @Test
    void whatStaysSaysWhy() {
        record Words(Verdict.Stays verdict, Cause cause, String detail, String why) {}
        String held = "a process that has it mapped without a reference";
        for (Words words : List.of(
                new Words(new Verdict.Held(0), Cause.HELD, "", "it is held"),
                new Words(new Verdict.Held(1), Cause.HELD, "1 reference", "held by 1 reference"),
                new Words(new Verdict.Held(2), Cause.HELD, "2 references", "held by 2 references"),
                new Words(new Verdict.HeldWithoutLocks(ForeignHolder.MAPS_IT), Cause.HELD, held, "held by " + held),
                new Words(new Verdict.Kept(), Cause.KEPT, "",
                        "no process holds it, but it is to be kept until its time to live is over"),
                new Words(new Verdict.TooYoung(), Cause.TOO_YOUNG, "", ""),
                new Words(new Verdict.Busy(), Cause.BUSY, "another process is working on it",
                        "another process is working on it"),
                new Words(new Verdict.Unusable(Cause.INVALID, "kind 7"), Cause.INVALID, "kind 7",
                        "it is not a segment of ours: kind 7"),
                new Words(new Verdict.Unusable(Cause.FOREIGN, "owner 7"), Cause.FOREIGN, "owner 7",
                        "it is not a segment of ours: owner 7"),
                new Words(new Verdict.Unusable(Cause.BUSY, "it changes"), Cause.BUSY, "it changes", "it changes"),
                new Words(new Verdict.Refused("not permitted"), Cause.FAILED, "not permitted", "not permitted"))) {
            assertThat(words.verdict().cause()).isEqualTo(words.cause());
            assertThat(words.verdict().detail()).isEqualTo(words.detail());
            assertThat(words.verdict().why()).isEqualTo(words.why());
        }
    }
}
