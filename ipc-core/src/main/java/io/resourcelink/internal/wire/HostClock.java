package io.resourcelink.internal.wire;

import io.resourcelink.internal.os.Platform;

/*
 * An age would stand still while a message is in a socket, whose process may be stopped. So a message says when its age was 0, by a clock
 * that all processes of the host share. No user can set it. Like System.nanoTime, it does not run while the machine sleeps.
 */

/**
 * The clock by which processes of a host tell each other how old a message is. Thread-safe.
 *
 * @param offset what is added to {@link System#nanoTime}, in nanoseconds
 */
record HostClock(long offset) {

    /** {@return the clock} Asks the kernel once. */
    static HostClock system() {
        return new HostClock(Platform.monotonicOffsetNanos());
    }

    /** {@return when something of this age had the age 0, in nanoseconds; negative if that was before the machine was booted} */
    long bornFromAge(long age) {
        return now() - age;
    }

    /** {@return how old something is, in nanoseconds, 0 if it is not born yet} A peer may say any time. */
    long ageFromBirth(long born) {
        long now = now();
        if (born >= now) {
            return 0;
        }
        long age = now - born;
        return age < 0 ? Long.MAX_VALUE : age;
    }

    private long now() {
        return System.nanoTime() + offset;
    }
}
