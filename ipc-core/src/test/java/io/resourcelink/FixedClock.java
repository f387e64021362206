package io.resourcelink;

import java.util.Set;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.Platform;

/** A clock that stands still until a test moves it. */
public final class FixedClock implements SegmentClock {

    /** What a factory trusts by default. */
    public static final Trust TRUST = new Trust(Set.of(Platform.userId()), 0700, 0600);

    public long wallMillis = 1_700_000_000_123L;
    public long bootMillis = 5_000_000;
    public int bootTag = 0x0B007001;

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

    public void advance(long millis) {
        wallMillis += millis;
        bootMillis += millis;
    }
}
