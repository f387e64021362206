package io.resourcelink.internal.format;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

import io.resourcelink.internal.os.Platform;

/** The two clocks that time stamps of a segment are taken from, and which boot the second one counts from. */
public interface SegmentClock {

    /** Milliseconds since the epoch; whoever sets the machine's clock moves it. */
    long wallMillis();

    /**
     * Milliseconds since the machine was booted, time asleep included. Nobody moves it, and every process of the host has the
     * same, in whichever time namespace it is.
     */
    long bootMillis();

    /** A digest that differs from boot to boot. */
    int bootTag();

    static SegmentClock system() {
        int tag = Platform.bootTag();
        long offset = Platform.bootOffsetMillis();
        return new SegmentClock() {
            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }

            @Override
            public long bootMillis() {
                return Platform.bootMillis() - offset;
            }

            @Override
            public int bootTag() {
                return tag;
            }
        };
    }

    /** For segments that end with this process: the JVM's own clocks, without a native call of ours. */
    static SegmentClock ofThisProcess() {
        return new SegmentClock() {
            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }

            @Override
            public long bootMillis() {
                return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            }

            @Override
            public int bootTag() {
                return 0;
            }
        };
    }

    /** One clock for both, for tests. */
    static SegmentClock of(InstantSource time) {
        return new SegmentClock() {
            @Override
            public long wallMillis() {
                return time.millis();
            }

            @Override
            public long bootMillis() {
                return time.millis();
            }

            @Override
            public int bootTag() {
                return 0;
            }
        };
    }
}
