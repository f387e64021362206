package io.resourcelink;

import io.resourcelink.os.Platform;

/** The two clocks that time stamps of a segment are taken from, and which boot the second one counts from. */
interface SegmentClock {

    /** Milliseconds since the epoch; whoever sets the machine's clock moves it. */
    long wallMillis();

    /** Milliseconds since the machine was booted, time asleep included; nobody moves it. */
    long bootMillis();

    /** A digest that differs from boot to boot. */
    int bootTag();

    static SegmentClock system() {
        int tag = Platform.bootTag();
        return new SegmentClock() {
            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }

            @Override
            public long bootMillis() {
                return Platform.bootMillis();
            }

            @Override
            public int bootTag() {
                return tag;
            }
        };
    }
}
