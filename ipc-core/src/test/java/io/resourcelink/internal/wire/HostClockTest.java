package io.resourcelink.internal.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class HostClockTest {

    private final HostClock clock = HostClock.system();

    @Test
    void anAgeIsToldAndFound() {
        for (long age : new long[]{ 0, 1, 5_000_000_000L, Long.MAX_VALUE / 2 }) {
            assertThat(clock.ageFromBirth(clock.bornFromAge(age))).isBetween(age, age + TimeUnit.MINUTES.toNanos(1));
        }
    }

    @Test
    void twoClocksOfTheHostAgree() {
        assertThat(HostClock.system().offset()).isCloseTo(clock.offset(),
                within(TimeUnit.SECONDS.toNanos(10)));
    }

    @Test
    void whateverAPeerSaysIsAnAge() {
        assertThat(clock.ageFromBirth(Long.MAX_VALUE)).isZero();
        assertThat(clock.ageFromBirth(Long.MIN_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(clock.ageFromBirth(-1)).isPositive();
        assertThat(clock.ageFromBirth(clock.bornFromAge(Long.MAX_VALUE))).isGreaterThan(Long.MAX_VALUE / 2);
    }

    @Test
    void itIsTheKernelsMonotonicClock() throws IOException {
        // The boot is never later by another clock than by this one, which stands still while the machine sleeps.
        double uptime = Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]);
        assertThat(clock.ageFromBirth(0)).isPositive().isLessThan((long) ((uptime + 60) * 1e9));
    }
}
