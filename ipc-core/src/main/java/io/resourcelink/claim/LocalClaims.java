package io.resourcelink.claim;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.error.SegmentReplacedException;
import io.resourcelink.internal.store.FactoryStores;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

/**
 * Publishes payloads as claims, and opens claims, in the directories of one factory. It knows no network: a {@link ClaimFetcher}
 * brings the bytes of far claims.
 *
 * <p>With a {@link ClaimSigner}, each claim is verified before a name, a length or an address of it is used, and {@link
 * InvalidClaimException} refuses it. Without one, claims are not signed, and only near ones can be opened: a process that sends a text
 * can have any payload opened that was published as a claim in these directories.
 *
 * <p>Thread-safe. It keeps nothing open, so there is nothing to close; the caller closes the factory. What is published stays
 * when the process ends or is killed, until its time to live is over or it is settled.
 */
public final class LocalClaims {

    private final ResourceLinkFactory factory;
    private final @Nullable ClaimSigner signer;
    private final FactoryStores stores;
    private final Replicas replicas;

    private LocalClaims(ResourceLinkFactory factory, @Nullable ClaimSigner signer, InstantSource clock) {
        this.factory = Objects.requireNonNull(factory, "factory");
        this.signer = signer;
        this.stores = FactoryStores.OF_FACTORY.inside(factory);
        this.replicas = new Replicas(factory, clock);
    }

    /**
     * Makes claims without signatures, for this host alone.
     *
     * @param factory where the segments are
     * @return the claims
     */
    public static LocalClaims unsigned(ResourceLinkFactory factory) {
        return new LocalClaims(factory, null, InstantSource.system());
    }

    /**
     * Makes signed claims.
     *
     * @param factory where the segments are
     * @param signer signs and verifies
     * @return the claims
     */
    public static LocalClaims signed(ResourceLinkFactory factory, ClaimSigner signer) {
        return new LocalClaims(factory, Objects.requireNonNull(signer, "signer"), InstantSource.system());
    }

    /**
     * {@return the same with another wall clock, for tests} The clock of segments is the factory's.
     *
     * @param clock tells when a claim ends
     */
    public LocalClaims withClock(InstantSource clock) {
        return new LocalClaims(factory, signer, Objects.requireNonNull(clock, "clock"));
    }

    /**
     * {@return what identifies the directory of a kind among those of all hosts, or nothing if it does not exist}
     *
     * @param kind which kind
     */
    public Optional<SpaceId> space(ResourceKind kind) {
        return Optional.ofNullable(stores.space(kind));
    }

    /**
     * Publishes a payload under a key that nobody can guess: {@code claim-} and 128 random bits. It is kept without a holder
     * until its time to live is over. No reference is held when this returns. If this fails, nothing is left.
     *
     * @param <X> what producing the content may throw
     * @param content the payload
     * @param options kind, time to live and origins
     * @return the claim, signed if there is a signer
     * @throws X what producing the content throws
     * @throws IllegalArgumentException if neither the options nor the factory's defaults give it a time to live, or an origin is
     * not valid
     * @throws io.resourcelink.error.OutOfSpaceException if there is no room, or this process may keep no more
     */
    public <X extends Exception> Claim publish(Content<X> content, ClaimOptions options) throws X {
        Origins.checked(options.origins());
        CreateOptions kept = new CreateOptions(options.kind(), options.ttl(), true);
        try (ResourceLink link = factory.publish(ClaimKeys.random(), content, kept)) {
            Claim claim = null;
            try {
                claim = claimOf(link, options.origins());
                return claim;
            } finally {
                if (claim == null) {
                    link.remove();
                }
            }
        }
    }

    /**
     * {@return whether a claim's segment is, or was, in a directory of this factory} Reads nothing of the claim but its space
     * and its kind, and does not verify it. The segment may be gone.
     *
     * @param claim any claim
     */
    public boolean isNear(Claim claim) {
        return claim.space().equals(stores.space(claim.kind()));
    }

    /**
     * Opens a near claim: acquires its segment by key, compares nonce and length, and copies no byte.
     *
     * @param claim any claim
     * @return the link, which the caller closes; nothing if the claim is not near, or no such segment is here any more
     * @throws InvalidClaimException if it is not signed as needed, or its key was not published as a claim
     */
    public Optional<ResourceLink> tryOpen(Claim claim) {
        return Optional.ofNullable(near(verified(claim)));
    }

    /**
     * Opens a near claim, or says why not. Otherwise like {@link #tryOpen}.
     *
     * @param claim any claim
     * @return the link, which the caller closes
     * @throws InvalidClaimException if it is not signed as needed, or its key was not published as a claim
     * @throws ClaimGoneException if it is near, and its segment is gone
     * @throws ClaimUnavailableException if it is not near
     */
    public ResourceLink open(Claim claim) {
        ResourceLink link = near(verified(claim));
        if (link != null) {
            return link;
        }
        String place = factory.directory(claim.kind()).toString();
        if (isNear(claim)) {
            throw new ClaimGoneException(claim.key(), "there is no such segment in " + place
                    + " any more. Its time to live is over, or it was settled or removed");
        }
        throw new ClaimUnavailableException(claim.key(), "it is not in " + place + ", but in another directory or on"
                + " another host", null);
    }

    /**
     * Starts the time to live of a near claim's segment again.
     *
     * @param claim any claim
     * @return the claim with the later end, signed if there is a signer; nothing if {@link #tryOpen} finds nothing
     * @throws InvalidClaimException if it is not signed as needed, or its key was not published as a claim
     */
    public Optional<Claim> renew(Claim claim) {
        try (ResourceLink link = near(verified(claim))) {
            if (link == null) {
                return Optional.empty();
            }
            link.renew();
            return Optional.of(claimOf(link, claim.origins()));
        }
    }

    /**
     * Takes away the name of a near claim's segment, if it still is the claim's. Links that are open keep the memory. Call it
     * after the message was acknowledged, never before, and only if nobody else may still need the payload.
     *
     * @param claim any claim
     * @return whether there was such a segment here
     * @throws InvalidClaimException if it is not signed as needed, or its key was not published as a claim
     */
    public boolean settle(Claim claim) {
        try (ResourceLink link = near(verified(claim))) {
            return link != null && link.remove();
        }
    }

    /**
     * Opens the replica of a far claim, if this host has it already.
     *
     * @param claim any claim
     * @return the link, which the caller closes; nothing if the bytes are not here
     * @throws InvalidClaimException if it is not signed, or this has no signer
     */
    public Optional<ResourceLink> tryOpenReplica(Claim claim) {
        return Optional.ofNullable(replicas.find(verifiedFar(claim)));
    }

    /**
     * Opens the replica of a far claim, and fetches it if this host does not have it. On a host exactly one fetch of a claim runs
     * at any time; all other callers, in any process, wait for it. If the process that fetches is killed, one of them starts
     * again from the first byte. If the fetch fails, nothing is left, its caller gets the failure, and the others try in turn.
     * The replica stays without a holder until the claim's time is over.
     *
     * @param claim any claim; a near one is fetched as well
     * @param timeout how long to wait and to fetch at most
     * @param fetcher brings the bytes, in the calling thread
     * @return the link, which the caller closes
     * @throws InvalidClaimException if it is not signed as needed, or this has no signer
     * @throws ClaimGoneException if its time is over by the wall clock, or the fetcher says that it is gone
     * @throws ClaimUnavailableException if it could not be fetched now, or not in time
     * @throws InterruptedException if the thread is interrupted while it waits or fetches
     * @throws io.resourcelink.error.OutOfSpaceException if there is no room for it
     * @throws IllegalStateException if the factory is closed, also during the call
     */
    public ResourceLink openReplica(Claim claim, Duration timeout, ClaimFetcher fetcher) throws InterruptedException {
        Objects.requireNonNull(fetcher, "fetcher");
        return replicas.open(verifiedFar(claim), timeout, fetcher);
    }

    /**
     * Takes away the name of a claim's replica on this host, if there is one. Links that are open keep the memory.
     *
     * @param claim any claim
     * @return whether there was one
     * @throws InvalidClaimException if it is not signed, or this has no signer
     */
    public boolean removeReplica(Claim claim) {
        try (ResourceLink link = replicas.find(verifiedFar(claim))) {
            return link != null && link.remove();
        }
    }

    private Claim claimOf(ResourceLink link, List<URI> origins) {
        Instant end = link.info().expiresAt();
        SpaceId space = stores.space(link.kind());
        if (end == null || space == null) {
            throw new IllegalArgumentException(
                    "A claim needs a time to live: give it one, or the factory a default (ipc.ttl.default).");
        }
        Claim claim = new Claim(space, link.key(), link.kind(), link.nonce(), link.payloadSize(),
                ClaimText.clamped(end), origins);
        return signer == null ? claim : signer.sign(claim);
    }

    private Claim verified(Claim claim) {
        if (signer != null) {
            signer.verify(claim);
        }
        if (!ClaimKeys.isOne(claim.key())) {
            throw new InvalidClaimException("its key is not one under which payloads are published as claims");
        }
        return claim;
    }

    private Claim verifiedFar(Claim claim) {
        if (signer == null) {
            throw new InvalidClaimException(
                    "it can only be opened on its own host, because this process has no secret to"
                            + " check it with (ipc.claims.secrets)");
        }
        return verified(claim);
    }

    /** Acquires the segment of a verified claim, or returns {@code null} if it is not here. */
    private @Nullable ResourceLink near(Claim claim) {
        if (!isNear(claim)) {
            return null;
        }
        ResourceLink link;
        try {
            link = factory.acquire(claim.key(), claim.kind(), claim.nonce());
        } catch (SegmentNotFoundException | SegmentReplacedException _) {
            return null;
        }
        if (link.payloadSize() == claim.length()) {
            return link;
        }
        link.close();
        return null;
    }
}
