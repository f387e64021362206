package io.resourcelink.internal.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.Deadline;
import io.resourcelink.FixedClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;

/** The queue of kept segments and its thread, with a collector that only remembers. */
@Tag("slow")
@Timeout(60)
class KeptSegmentsTest {

    private final FixedClock clock = new FixedClock();
    private final Failures failures = new Failures("The test");
    private final List<String> looked = new CopyOnWriteArrayList<>();
    private final KeptSegments kept = new KeptSegments("ipc-kept-test", failures, (kind, key, nonce) -> {
        looked.add(key);
        if (key.startsWith("bad")) {
            throw new AssertionError("on purpose");
        }
    });

    @AfterEach
    void close() {
        kept.close(Duration.ofSeconds(10).toNanos());
        assertThat(kept.isRunning()).isFalse();
    }

    private SegmentHeader header(Duration ttl) {
        return SegmentHeader.begin(ResourceKind.SHARED_MEMORY,
                new SegmentSpec("any", 1, ttl.toMillis(), true, false, false),
                clock, false);
    }

    private void note(String key, Duration ttl) {
        kept.note(key, header(ttl), clock);
    }

    @Test
    void eachIsLookedAtWhenItsTimeIsOverAndNotBefore() {
        note("far", Duration.ofDays(1));
        note("second", Duration.ofMillis(300));
        note("first", Duration.ofMillis(1));
        Deadline.awaitTrue("both are over", () -> looked.size() == 2);
        assertThat(looked).containsExactly("first", "second");
        assertThat(kept.size()).isOne();
        assertThat(kept.isRunning()).isTrue();
    }

    @Test
    void oneThatIsSoonerThanTheOneThatIsWaitedForIsNotLate() {
        note("far", Duration.ofMinutes(5));
        Deadline.awaitTrue("it waits", kept::isRunning);
        note("soon", Duration.ofMillis(1));
        Deadline.awaitTrue("it is over", () -> looked.contains("soon"));
    }

    @Test
    void theThreadEndsWhenNothingIsLeftAndBeginsAnew() {
        for (String key : List.of("one", "two")) {
            note(key, Duration.ofMillis(1));
            Deadline.awaitTrue("it is over", () -> looked.contains(key));
            Deadline.awaitTrue("the thread has ended", () -> !kept.isRunning());
        }
    }

    @Test
    void aFailureCostsThatSegmentOnly() {
        note("bad", Duration.ofMillis(1));
        note("good", Duration.ofMillis(2));
        Deadline.awaitTrue("both are over", () -> looked.containsAll(List.of("bad", "good")));
        assertThat(failures.count()).isOne();
    }

    @Test
    void whatIsNotedAgainIsLookedAtOnce() {
        SegmentHeader same = header(Duration.ofMillis(200));
        for (int time = 0; time < 100; time++) {
            kept.note("key", same, clock);
        }
        assertThat(kept.size()).isOne();
        note("key", Duration.ofHours(1));
        assertThat(kept.size()).as("another segment under the key").isOne();
        assertThat(looked).isEmpty();
    }

    @Test
    void withoutATimeToLiveThereIsNothingToWaitFor() {
        note("endless", Duration.ZERO);
        assertThat(kept.size()).isZero();
        assertThat(kept.isRunning()).isFalse();
    }

    @Test
    void beyondItsBoundTheOnesThatLiveLongestAreLeftToTheSweep() {
        for (int number = 0; number <= KeptSegments.MOST; number++) {
            note("key-" + number, Duration.ofSeconds(100));
        }
        assertThat(kept.size()).isEqualTo(KeptSegments.MOST);
        note("soon", Duration.ofMillis(1));
        Deadline.awaitTrue("it is over", () -> looked.contains("soon"));
    }

    @Test
    void afterClosingNothingIsNoted() {
        note("far", Duration.ofDays(1));
        kept.close(Duration.ofSeconds(10).toNanos());
        note("late", Duration.ofMillis(1));
        assertThat(kept.size()).isZero();
        assertThat(kept.isRunning()).isFalse();
    }
}
