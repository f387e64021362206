package io.resourcelink;

import java.util.Set;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.Platform;

/** A clock that stands still until a test moves it. */
public final class FixedClock implements SegmentClock {

    /** What a factory trusts by default. */
    public static final Trust TRUST = new Trust(Set.of(Platform.userId()), 0700, 0600);

    /** The wall clock. */
    public long wallMillis = 1_700_000_000_123L;
    /** Milliseconds since the machine was booted. */
    public long bootMillis = 5_000_000;
    /** Which boot it is. */
    public int bootTag = 0x0B007001;

    /** Makes a clock that shows the initial values. */
    public FixedClock() {}

    @Override
    public long wallMillis() {
        return wallMillis;
    }

    @Override
    public long bootMillis() {
        return bootMillis;
    }

    @Override
    public int bootTag() {
        return bootTag;
    }

    /**
     * Has a factory use this clock, in modules that cannot set it.
     *
     * @param builder of the factory
     */
    public void drive(ResourceLinkFactoryBuilder builder) {
        builder.clock(this);
    }

    /**
     * Starts the machine anew.
     *
     * @param millis how long that takes
     */
    public void reboot(long millis) {
        bootTag++;
        bootMillis = 1000;
        wallMillis += millis;
    }

    /**
     * Moves both clocks forward.
     *
     * @param millis by how much
     */
    public void advance(long millis) {
        wallMillis += millis;
        bootMillis += millis;
    }
}
