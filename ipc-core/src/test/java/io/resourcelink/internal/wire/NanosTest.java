package io.resourcelink.internal.wire;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NanosTest {

    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
    private static final int TIMES = 1_000;

    @Test
    void whatIsTooLongIsNoLimitAndWhatIsNegativeIsNothing() {
        assertThat(Nanos.of(FOREVER)).isEqualTo(Long.MAX_VALUE);
        assertThat(Nanos.of(FOREVER.negated())).isZero();
        assertThat(Nanos.of(Duration.ofNanos(-1))).isZero();
        assertThat(Nanos.of(Duration.ZERO)).isZero();
        assertThat(Nanos.of(Duration.ofNanos(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        assertThat(Nanos.of(Duration.ofNanos(Long.MAX_VALUE).plusNanos(1))).isEqualTo(Long.MAX_VALUE);
        assertThat(Nanos.of(Duration.ofNanos(Long.MAX_VALUE - 1))).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(Nanos.of(Duration.ofSeconds(3))).isEqualTo(3_000_000_000L);
    }

    @Test
    void whatIsLeftOfALimitGoesDownWithTheTime() {
        long start = System.nanoTime();
        long left = Nanos.left(start - 1_000, 1_000_000_000_000L);
        assertThat(left).isBetween(1_000_000_000_000L - 1_000 - (System.nanoTime() - start),
                1_000_000_000_000L - 1_000);
        assertThat(Nanos.left(start - 1_000, 1_000)).isNotPositive();
        assertThat(Nanos.left(start - 1_000, Long.MAX_VALUE)).as("no limit").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anAgeGoesUpWithTheTimeAndNeverBeyondTheLargest() {
        long since = System.nanoTime();
        long age = Nanos.age(1_000, since - 500);
        assertThat(age).isBetween(1_500L, 1_500 + (System.nanoTime() - since));
        assertThat(Nanos.age(Long.MAX_VALUE, since - 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(Nanos.age(0, System.nanoTime())).isNotNegative().isLessThan(Long.MAX_VALUE);
    }

    /** Each message that is sent without a limit asks for this. An exception would take some hundred bytes, and microseconds. */
    @Test
    void noLimitTakesNoHeap() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = sumOfMany();
        long before = threads.getCurrentThreadAllocatedBytes();
        sum += sumOfMany();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(TIMES);
        assertThat(sum).isZero();
    }

    private static long sumOfMany() {
        long sum = 0;
        for (int i = 0; i < TIMES; i++) {
            sum += Nanos.of(FOREVER) - Long.MAX_VALUE;
        }
        return sum;
    }
}
