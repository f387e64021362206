package io.resourcelink.internal.format;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

import io.resourcelink.internal.os.Platform;

/** The two clocks for the time stamps of a segment, and the boot that the second clock counts from. */
public interface SegmentClock {

    /** Milliseconds since the epoch. A user who sets the machine's clock moves it. */
    long wallMillis();

    /**
     * Milliseconds since the machine was booted, time asleep included. No user can move it. It is the same for every
     * process of the host, in any time namespace.
     */
    long bootMillis();

    /** A digest that differs from boot to boot. */
    int bootTag();

    /** What {@link #bootTag} is a digest of. Empty if the kernel does not say. */
    default String bootId() {
        return Integer.toHexString(bootTag());
    }

    static SegmentClock system() {
        String boot = Platform.bootId();
        int tag = boot.hashCode();
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

            @Override
            public String bootId() {
                return boot;
            }
        };
    }

    /** For segments that end with this process: the JVM's own clocks, without a native call of this library. */
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
