package io.resourcelink.internal.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;

import io.resourcelink.internal.os.Platform;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentClockTest {

    /** A clock that is read between two readings of another one is between them, too. */
    private static void assertThatIsTheSame(LongSupplier clock, LongSupplier other) {
        long before = other.getAsLong();
        long shown = clock.getAsLong();
        assertThat(shown).isBetween(before, other.getAsLong());
    }

    @Test
    void theSystemsClocksAreThoseOfTheHost() throws IOException {
        SegmentClock clock = SegmentClock.system();
        assertThatIsTheSame(clock::wallMillis, System::currentTimeMillis);
        assertThatIsTheSame(() -> clock.bootMillis() + Platform.bootOffsetMillis(), Platform::bootMillis);
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        assertThat(clock.bootId()).isEqualTo(boot);
        assertThat(clock.bootTag()).isEqualTo(boot.hashCode());
    }

    @Test
    void theClocksOfThisProcessAreTheJvmsOwn() {
        SegmentClock clock = SegmentClock.ofThisProcess();
        assertThatIsTheSame(clock::wallMillis, System::currentTimeMillis);
        assertThatIsTheSame(clock::bootMillis, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        assertThat(clock.bootTag()).isZero();
        assertThat(clock.bootId()).isEqualTo("0");
    }

    @Test
    void oneTimeMayServeForBoth() {
        SegmentClock clock = SegmentClock.of(InstantSource.fixed(Instant.ofEpochMilli(4711)));
        assertThat(clock.wallMillis()).isEqualTo(4711);
        assertThat(clock.bootMillis()).isEqualTo(4711);
        assertThat(clock.bootTag()).isZero();
        assertThat(clock.bootId()).isEqualTo("0");
    }
}
