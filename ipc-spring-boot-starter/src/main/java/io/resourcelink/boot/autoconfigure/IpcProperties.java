package io.resourcelink.boot.autoconfigure;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

import io.resourcelink.LeakDetection;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.Retention;

import static io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException.throwUnless;

/**
 * Settings under {@code ipc}.
 *
 * @param enabled Whether to auto-configure a factory of resource links and the beans that use it.
 * @param directory Directory of the shared-memory segments, on a tmpfs. It is created if its parent exists. By default
 * "/dev/shm/ipc-" followed by the numeric id of the user.
 * @param mappedFileDirectory Directory of the mapped-file segments, on a local disk. It is not used before the first
 * such segment. By default "/var/tmp/ipc-" followed by the numeric id of the user.
 * @param defaultKind Kind of a segment whose creator does not choose one.
 * @param directoryPermissions Permissions of a directory that is created, such as "rwxrwx---" to share it with a group.
 * By default only the owner has access.
 * @param directoryGroup Number or name of the group of a directory that is created, also of the directory of channels. The
 * user must be a member of it. By default the system chooses the group.
 * @param segmentPermissions Permissions of segments that are created, such as "rw-rw----" to share them with a group.
 * By default only the owner has access.
 * @param trustedOwners Numbers or names of further users whose segments may be used and whose processes may exchange messages with
 * this one. This user and root are always trusted.
 * @param leakDetection What is reported about links that were not closed: nothing, their keys, or also where they were
 * made.
 * @param ttl Time to live.
 * @param gc Collection of orphans.
 * @param recycling Memory of published segments that is kept for reuse.
 * @param mappings Recycled segments of other processes that stay mapped in this process.
 * @param space Bounds of what this process uses.
 */
@ConfigurationProperties("ipc")
public record IpcProperties(@DefaultValue("true") boolean enabled, @Nullable Path directory,
        @Nullable Path mappedFileDirectory, @DefaultValue("shared-memory") ResourceKind defaultKind,
        @Nullable String directoryPermissions, @Nullable String directoryGroup,
        @Nullable String segmentPermissions, @DefaultValue List<String> trustedOwners,
        @DefaultValue("simple") LeakDetection leakDetection,
        @DefaultValue Ttl ttl, @DefaultValue Gc gc, @DefaultValue Recycling recycling,
        @DefaultValue Mappings mappings, @DefaultValue Space space) {

    private static final Duration SHORTEST = Duration.ofMillis(1);

    /**
     * Checks the values, and copies the list.
     *
     * @throws IllegalArgumentException if one is out of range; the message names the property
     */
    public IpcProperties {
        trustedOwners = List.copyOf(trustedOwners);
        ResourceLinkFactoryBuilder rules = ResourceLinkFactory.builder();
        trustedOwners.forEach(user -> checkAccount("ipc.trusted-owners", user, "users", rules::trustOwner));
        if (directoryGroup != null) {
            checkAccount("ipc.directory-group", directoryGroup, "a group", rules::directoryGroup);
        }
        checkPermissions("ipc.directory-permissions", directoryPermissions, "rwxrwx---", rules::directoryPermissions);
        checkPermissions("ipc.segment-permissions", segmentPermissions, "rw-rw----", rules::segmentPermissions);
    }

    /**
     * Settings under {@code ipc.ttl}.
     *
     * @param defaultTtl Time to live of a segment whose creator does not choose one. At least one millisecond, or zero
     * for none.
     * @param patterns Times to live of segments whose keys match a pattern and whose creators do not choose one, such
     * as "ipc.ttl.patterns[frame-*]=5s". The pattern is written in brackets. A "*" matches any characters, a "?" matches
     * one. The first pattern that matches is used.
     */
    public record Ttl(@Name("default") @DefaultValue("0s") @DurationUnit(ChronoUnit.SECONDS) Duration defaultTtl,
            @DefaultValue Map<String, Duration> patterns) {

        /**
         * Checks the values, and copies the patterns in their order.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Ttl {
            checkTtl("ipc.ttl.default", defaultTtl);
            patterns = Collections.unmodifiableMap(new LinkedHashMap<>(patterns));
            patterns.forEach((pattern, ttl) -> checkTtl("ipc.ttl.patterns[" + pattern + "]", ttl));
        }

        private static void checkTtl(String property, Duration ttl) {
            throwUnless(ttl.isZero() || ttl.compareTo(SHORTEST) >= 0, property, ttl, "at least 1ms, or 0 for none");
        }
    }

    /**
     * Settings under {@code ipc.gc}.
     *
     * @param enabled Whether to collect orphans when the application starts, and then on a schedule.
     * @param interval Time between the end of a collection and the beginning of the next one.
     * @param initialDelay Time between the start of the application and the first scheduled collection. By default the
     * interval.
     * @param maxAge Minimum age of an unreferenced segment to be collected. By default any age, because a segment loses
     * its references only when its holders close their links or die. A segment with the option "keep" is collected when
     * its time to live ends.
     * @param watch Whether to collect orphans within milliseconds after the death of their holders, regardless of their
     * age. By default true, unless a maximum age is set.
     */
    public record Gc(@DefaultValue("true") boolean enabled,
            @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration interval,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration initialDelay,
            @DefaultValue("0s") @DurationUnit(ChronoUnit.SECONDS) Duration maxAge, @Nullable Boolean watch) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Gc {
            throwUnless(interval.compareTo(SHORTEST) >= 0, "ipc.gc.interval", interval, "at least 1ms");
            throwUnless(initialDelay == null || !initialDelay.isNegative(), "ipc.gc.initial-delay", initialDelay,
                    "0 or more");
            throwUnless(!maxAge.isNegative(), "ipc.gc.max-age", maxAge, "0 or more");
        }

        /** {@return the time between the start of the application and the first scheduled collection} */
        @Override
        public Duration initialDelay() {
            return initialDelay != null ? initialDelay : interval;
        }

        /** {@return whether to collect orphans within milliseconds after the death of their holders} */
        @Override
        public Boolean watch() {
            return enabled && (watch != null ? watch : maxAge.isZero());
        }
    }

    /**
     * Settings under {@code ipc.space}.
     *
     * @param kept Maximum size of the segments together that this process has made to be kept, claims among them, and that still have their
     * names. No limit by default.
     * @param keptTimeout How long making such a segment waits for room. By default it fails at once.
     */
    public record Space(@Nullable DataSize kept,
            @DefaultValue("0s") @DurationUnit(ChronoUnit.SECONDS) Duration keptTimeout) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Space {
            throwUnless(kept == null || kept.toBytes() >= 1, "ipc.space.kept", kept, "at least 1B");
            throwUnless(!keptTimeout.isNegative(), "ipc.space.kept-timeout", keptTimeout, "0 or more");
        }
    }

    /**
     * Settings under {@code ipc.recycling}.
     *
     * @param segments Maximum number of published segments that are kept for reuse under other keys after their last
     * reference is released. 0 for none.
     * @param size Maximum size of these segments together. At most a quarter of the available space is used.
     * @param time How long each of them is kept.
     */
    public record Recycling(@DefaultValue("64") int segments, @DefaultValue("512MB") DataSize size,
            @DefaultValue("5s") @DurationUnit(ChronoUnit.SECONDS) Duration time) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Recycling {
            checkRetention("ipc.recycling", segments, size, time);
        }

        Retention retention() {
            return new Retention(segments, size.toBytes(), time);
        }
    }

    /**
     * Settings under {@code ipc.mappings}.
     *
     * @param segments Maximum number of released segments of other processes that stay mapped for the next use. A
     * mapping is not a reference. 0 for none.
     * @param size Maximum size of these segments together.
     * @param time How long each of them stays mapped.
     */
    public record Mappings(@DefaultValue("128") int segments, @DefaultValue("1GB") DataSize size,
            @DefaultValue("5s") @DurationUnit(ChronoUnit.SECONDS) Duration time) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Mappings {
            checkRetention("ipc.mappings", segments, size, time);
        }

        Retention retention() {
            return new Retention(segments, size.toBytes(), time);
        }
    }

    private static void checkRetention(String prefix, int segments, DataSize size, Duration time) {
        throwUnless(segments >= 0, prefix + ".segments", segments, "0 or more");
        throwUnless(!size.isNegative(), prefix + ".size", size, "0 or more");
        throwUnless(!time.isNegative(), prefix + ".time", time, "0 or more");
    }

    /** The core library checks the rules, so this asks its builder. */
    private static void checkAccount(String property, String value, String what, Consumer<String> rule) {
        try {
            rule.accept(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidIpcPropertyException(property, value,
                    "the number (0 to 4294967294) or the name of " + what);
        }
    }

    private static void checkPermissions(String property, @Nullable String value, String example,
            Consumer<Set<PosixFilePermission>> rule) {
        if (value != null) {
            try {
                rule.accept(PosixFilePermissions.fromString(value));
            } catch (IllegalArgumentException e) {
                throw new InvalidIpcPropertyException(property, value, "nine characters such as " + example
                        + ", with the permissions that the owner needs and no write permission for other users");
            }
        }
    }
}
