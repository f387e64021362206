package io.resourcelink;

import java.util.Set;

import io.resourcelink.internal.os.Platform;

/** A clock that stands still until a test moves it. */
final class FixedClock implements SegmentClock {

    /** What a factory trusts by default. */
    static final Trust TRUST = new Trust(Set.of(Platform.userId()), 0700, 0600);

    long wallMillis = 1_700_000_000_123L;
    long bootMillis = 5_000_000;
    int bootTag = 0x0B007001;

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

    void advance(long millis) {
        wallMillis += millis;
        bootMillis += millis;
    }
}
