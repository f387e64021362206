package io.resourcelink.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

import io.resourcelink.ResourceKind;

/**
 * Settings under {@code ipc}.
 *
 * @param enabled Whether to auto-configure a factory of resource links and everything around it.
 * @param directory Directory of the shared-memory segments, on a tmpfs. Made if its parent exists. By default
 * "/dev/shm/ipc-" followed by the numeric id of the user.
 * @param mappedFileDirectory Directory of the mapped-file segments, on a local disk. Used when the first of them is. By
 * default "/var/tmp/ipc-" followed by the numeric id of the user.
 * @param defaultKind Where the bytes of a segment live if its creator does not say.
 * @param ttl Time to live.
 * @param gc Collection of orphans.
 */
@ConfigurationProperties("ipc")
public record IpcProperties(@DefaultValue("true") boolean enabled, @Nullable Path directory,
        @Nullable Path mappedFileDirectory, @DefaultValue("shared-memory") ResourceKind defaultKind,
        @DefaultValue Ttl ttl, @DefaultValue Gc gc) {

    private static final Duration SHORTEST = Duration.ofMillis(1);

    /**
     * Settings under {@code ipc.ttl}.
     *
     * @param defaultTtl Time to live of a segment if its creator does not say, at least one millisecond, or zero for
     * none.
     */
    public record Ttl(@Name("default") @DefaultValue("0s") Duration defaultTtl) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Ttl {
            check(defaultTtl.isZero() || defaultTtl.compareTo(SHORTEST) >= 0, "ipc.ttl.default", defaultTtl,
                    "at least 1ms, or 0 for none");
        }
    }

    /**
     * Settings under {@code ipc.gc}.
     *
     * @param enabled Whether to collect orphans when the application starts and once per interval from then on.
     * @param interval Time between the end of a collection and the beginning of the next.
     * @param initialDelay Time between the start of the application and the first scheduled collection. By default the
     * interval.
     * @param maxAge How old a segment that nobody holds must be to be collected. By default any age: unheld means that
     * its holders have died or let go.
     */
    public record Gc(@DefaultValue("true") boolean enabled, @DefaultValue("30s") Duration interval,
            @Nullable Duration initialDelay, @DefaultValue("0s") Duration maxAge) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Gc {
            check(interval.compareTo(SHORTEST) >= 0, "ipc.gc.interval", interval, "at least 1ms");
            check(initialDelay == null || !initialDelay.isNegative(), "ipc.gc.initial-delay", initialDelay,
                    "0 or more");
            check(!maxAge.isNegative(), "ipc.gc.max-age", maxAge, "0 or more");
        }

        /** {@return the time between the start of the application and the first scheduled collection} */
        @Override
        public Duration initialDelay() {
            return initialDelay != null ? initialDelay : interval;
        }
    }

    private static void check(boolean valid, String property, @Nullable Duration value, String range) {
        if (!valid) {
            throw new IllegalArgumentException(
                    "Property " + property + " must be " + range + "; it was " + value + ".");
        }
    }
}
