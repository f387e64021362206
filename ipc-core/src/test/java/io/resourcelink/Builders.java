package io.resourcelink;

import java.nio.file.Path;

import io.resourcelink.internal.format.SegmentClock;

/** Settings of factories that only tests change, for tests of other packages. */
public final class Builders {

    private Builders() {}

    /**
     * {@return a builder whose segments get their time from a clock}
     *
     * @param clock the clock
     */
    public static ResourceLinkFactoryBuilder withClock(SegmentClock clock) {
        return ResourceLinkFactory.builder().clock(clock);
    }

    /**
     * {@return a builder for which processes that take no locks find every segment in a directory}
     *
     * @param common the directory
     */
    public static ResourceLinkFactoryBuilder withCommonDirectory(Path common) {
        return ResourceLinkFactory.builder().commonDirectory(common);
    }
}
