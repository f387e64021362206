package io.resourcelink.boot.claim;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.internal.work.Failures;

/**
 * Claims in the directories of one factory. Far ones are fetched, if there is a fetcher.
 *
 * <p>Publishing and opening are observed, as {@code ipc.claim.publish} and {@code ipc.claim.open}. So there are timers of both, and one
 * trace spans them and the fetch. Opening has the key {@code source}: {@code near}, {@code replica} if this host had fetched it before,
 * {@code origin} if it was fetched now, or {@code none} if it failed.
 *
 * <p>Thread-safe after it was configured.
 */
public final class HostClaims implements Claims {

    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(5);
    private static final int MARGIN = 10;

    private final Failures failures = new Failures("Claims");
    private final LocalClaims local;
    private InstantSource clock = InstantSource.system();
    private UnaryOperator<Claim> verifying = UnaryOperator.identity();
    private Publication publication = _ -> {};
    private ObservationRegistry observations = ObservationRegistry.NOOP;
    private List<URI> origins = List.of();
    private Duration fetchTimeout = Duration.ofMinutes(1);
    private @Nullable ClaimFetcher fetcher;
    private @Nullable ClaimOrigins remote;

    /** What is told of each payload that was published. */
    @FunctionalInterface
    public interface Publication {

        /**
         * A payload was published.
         *
         * @param settling removes the payload
         */
        void published(Runnable settling);
    }

    /**
     * Begins with near claims alone.
     *
     * @param local opens near claims, and replicas
     */
    public HostClaims(LocalClaims local) {
        this.local = Objects.requireNonNull(local, "local");
    }

    /**
     * Sets what fetches far claims, and asks their origins. By default they cannot be opened.
     *
     * @param fetcher brings the bytes
     * @param remote asks origins; {@code null} if nothing does
     */
    public void setFetcher(ClaimFetcher fetcher, @Nullable ClaimOrigins remote) {
        this.fetcher = fetcher;
        this.remote = remote;
    }

    /**
     * Sets what checks claims that come from elsewhere, such as an origin's answer.
     *
     * @param verifying returns the claim, or throws an {@link InvalidClaimException}
     */
    public void setVerification(UnaryOperator<Claim> verifying) {
        this.verifying = verifying;
    }

    /**
     * Sets what is told of each payload that was published, for example to remove it if a transaction is rolled back.
     *
     * @param publication is told; if it throws, publishing fails and the payload is removed
     */
    public void setPublication(Publication publication) {
        this.publication = publication;
    }

    /**
     * Sets the registry that observes publishing and opening. By default they are not observed.
     *
     * @param observations the registry
     */
    public void setObservationRegistry(ObservationRegistry observations) {
        this.observations = observations;
    }

    /**
     * Sets the addresses at which other hosts get the payloads of claims that do not say. By default there are none.
     *
     * @param origins base addresses
     */
    public void setOrigins(List<URI> origins) {
        this.origins = List.copyOf(origins);
    }

    /**
     * Sets how long to wait for a far payload. The default is a minute.
     *
     * @param timeout the time-out
     */
    public void setFetchTimeout(Duration timeout) {
        this.fetchTimeout = timeout;
    }

    /** For tests. */
    void setClock(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public <X extends Exception> Claim publish(Content<X> content, ClaimOptions options) throws X {
        ClaimOptions complete = options.origins().isEmpty() ? options.withOrigins(origins) : options;
        try (ClaimObservation observed = ClaimObservation.start("ipc.claim.publish", observations, failures)) {
            Claim claim = null;
            boolean told = false;
            try {
                claim = local.publish(content, complete);
                Claim published = claim;
                publication.published(() -> local.settle(published));
                told = true;
                return claim;
            } catch (Throwable e) {
                observed.failed(e);
                throw e;
            } finally {
                if (claim != null && !told) {
                    removeQuietly(claim);
                }
            }
        }
    }

    private void removeQuietly(Claim claim) {
        try {
            local.settle(claim);
        } catch (Throwable e) {
            failures.report("removing a payload whose publication has failed", e);
        }
    }

    @Override
    public ResourceLink open(Claim claim) {
        try {
            return open(claim, fetchTimeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClaimUnavailableException(claim.key(), "the thread was interrupted while it waited", e);
        }
    }

    @Override
    public ResourceLink open(Claim claim, Duration timeout) throws InterruptedException {
        try (ClaimObservation observed = ClaimObservation.start("ipc.claim.open", observations, failures)) {
            try {
                Opened opened = find(claim, timeout);
                observed.source(opened.source());
                return opened.link();
            } catch (Throwable e) {
                observed.failed(e);
                throw e;
            }
        }
    }

    private record Opened(ResourceLink link, String source) {}

    private Opened find(Claim claim, Duration timeout) throws InterruptedException {
        Optional<ResourceLink> near = local.tryOpen(claim);
        if (near.isPresent()) {
            return new Opened(near.get(), "near");
        }
        ClaimFetcher far = fetcher;
        boolean isNear = local.isNear(claim);
        if (isNear && (far == null || claim.origins().isEmpty())) {
            return new Opened(local.open(claim), "near");
        }
        if (far == null) {
            throw new ClaimUnavailableException(claim.key(), "it is in another directory or on another host, and this"
                    + " process fetches from none (ipc.claims.secrets, ipc.claims.fetch.allowed-origins)", null);
        }
        Optional<ResourceLink> replica = local.tryOpenReplica(claim);
        if (replica.isPresent()) {
            return new Opened(replica.get(), "replica");
        }
        try {
            return new Opened(local.openReplica(claim, timeout, far), "origin");
        } catch (InvalidClaimException e) {
            if (!isNear) {
                throw e;
            }
            // It is gone from here. That its origin must not be asked is the lesser news.
            try {
                return new Opened(local.open(claim), "near");
            } catch (ClaimGoneException gone) {
                gone.addSuppressed(e);
                throw gone;
            }
        }
    }

    @Override
    public boolean isNear(Claim claim) {
        return local.isNear(claim);
    }

    @Override
    public Claim renew(Claim claim) {
        Optional<Claim> near = local.renew(claim);
        if (near.isPresent()) {
            return near.get();
        }
        ClaimOrigins asked = remote;
        if (asked == null || (claim.origins().isEmpty() && local.isNear(claim))) {
            // Says why: there is nothing to renew, or it is not here.
            local.open(claim).close();
            throw new ClaimUnavailableException(claim.key(), "it has just come back", null);
        }
        Claim renewed = verifying.apply(asked.renew(claim, fetchTimeout));
        if (!isSamePayload(renewed, claim)) {
            throw new InvalidClaimException("the origin has renewed another payload than that of the claim");
        }
        return renewed;
    }

    private static boolean isSamePayload(Claim one, Claim other) {
        return one.space().equals(other.space()) && one.key().equals(other.key()) && one.kind() == other.kind()
                && one.nonce() == other.nonce() && one.length() == other.length();
    }

    @Override
    public boolean settle(Claim claim) {
        boolean settled = local.settle(claim);
        ClaimOrigins asked = remote;
        if (settled || asked == null || (claim.origins().isEmpty() && local.isNear(claim))) {
            return settled;
        }
        boolean here = local.removeReplica(claim);
        try {
            return asked.settle(claim, fetchTimeout) || here;
        } catch (ClaimGoneException _) {
            return here;
        } catch (ClaimUnavailableException | InvalidClaimException e) {
            failures.report("settling a claim at its origin; the payload goes when its time to live is over", e);
            return here;
        }
    }

    @Override
    public Duration messageTtl(Claim claim) {
        Duration left = Duration.between(Instant.ofEpochMilli(clock.millis()), claim.expiresAt());
        Duration margin = left.dividedBy(MARGIN);
        Duration ttl = left.minus(margin.compareTo(LONGEST_MARGIN) < 0 ? margin : LONGEST_MARGIN);
        return ttl.toMillis() < 1 ? Duration.ofMillis(1) : ttl;
    }
}
