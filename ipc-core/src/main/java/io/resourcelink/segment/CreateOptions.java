package io.resourcelink.segment;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How a segment is created, where it differs from the factory's defaults. Later versions may add components: begin with {@link
 * #defaults()}.
 *
 * @param kind where its bytes are, or {@code null} for the factory's default
 * @param ttl time to live from creation in whole milliseconds, {@link Duration#ZERO} for none, or {@code null} for the
 * factory's default
 * @param keep whether the segment outlives its last reference until its time to live is over. A producer can then end
 * before its consumer starts. Without a time to live the segment stays until it is removed by name. When that time is
 * over and no process holds the segment, it can no longer be acquired and is collected automatically.
 */
public record CreateOptions(@Nullable ResourceKind kind, @Nullable Duration ttl, boolean keep) {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final CreateOptions DEFAULTS = new CreateOptions(null, null, false);

    /**
     * Checks the time to live.
     *
     * @throws IllegalArgumentException if it is negative, or positive but shorter than a millisecond
     */
    public CreateOptions {
        if (ttl != null && (ttl.isNegative() || (ttl.isPositive() && ttl.compareTo(SHORTEST) < 0))) {
            throw new IllegalArgumentException(
                    "A time to live is at least 1 ms, or zero for none; it was " + ttl + ".");
        }
    }

    /** {@return options that leave everything to the factory} */
    public static CreateOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these options with a kind of their own}
     *
     * @param kind where the bytes are
     */
    public CreateOptions withKind(ResourceKind kind) {
        return new CreateOptions(Objects.requireNonNull(kind, "kind"), ttl, keep);
    }

    /**
     * {@return these options with a time to live of their own}
     *
     * @param ttl time to live in whole milliseconds, or zero for none
     * @throws IllegalArgumentException if it is negative, or positive but shorter than a millisecond
     */
    public CreateOptions withTtl(Duration ttl) {
        return new CreateOptions(kind, Objects.requireNonNull(ttl, "ttl"), keep);
    }

    /**
     * {@return these options, with the segment kept past its last reference or not}
     *
     * @param keep whether it outlives its last reference until its time to live is over
     */
    public CreateOptions withKeep(boolean keep) {
        return new CreateOptions(kind, ttl, keep);
    }
}
