package io.resourcelink.claim;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.segment.ResourceKind;

/**
 * How a payload is published as a claim, where it differs from the defaults. Later versions may add components: begin with
 * {@link #defaults()}.
 *
 * @param kind where its bytes are, or {@code null} for the factory's default kind
 * @param ttl how long the payload stays at most, or {@code null} for the factory's default. It is longer than the message may
 * wait, retries included
 * @param origins base addresses at which other hosts get the bytes; empty if only this host can
 */
public record ClaimOptions(@Nullable ResourceKind kind, @Nullable Duration ttl, List<URI> origins) {

    private static final ClaimOptions DEFAULTS = new ClaimOptions(null, null, List.of());

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the time to live is not positive. The origins are checked with the claim
     */
    public ClaimOptions {
        if (ttl != null && !ttl.isPositive()) {
            throw new IllegalArgumentException("The time to live of a claim is positive; it was " + ttl + ".");
        }
        origins = List.copyOf(origins);
    }

    /** {@return options that leave everything to the factory} */
    public static ClaimOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these options with a kind of their own}
     *
     * @param kind where the bytes are
     */
    public ClaimOptions withKind(ResourceKind kind) {
        return new ClaimOptions(Objects.requireNonNull(kind, "kind"), ttl, origins);
    }

    /**
     * {@return these options with a time to live of their own}
     *
     * @param ttl how long the payload stays at most
     * @throws IllegalArgumentException if it is not positive
     */
    public ClaimOptions withTtl(Duration ttl) {
        return new ClaimOptions(kind, Objects.requireNonNull(ttl, "ttl"), origins);
    }

    /**
     * {@return these options with the addresses at which other hosts get the bytes}
     *
     * @param origins base addresses, http or https
     */
    public ClaimOptions withOrigins(List<URI> origins) {
        return new ClaimOptions(kind, ttl, origins);
    }
}
