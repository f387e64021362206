package io.resourcelink.claim;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.internal.store.FactoryStores;
import io.resourcelink.internal.store.Reservation;
import io.resourcelink.internal.store.Waiters;
import io.resourcelink.segment.CreateOptions;

/*
 *   find ---there---> return it
 *     | not there
 *   reserve ---another thread of this host has it---> wait until the replica appears, or for INTERVAL; then begin again
 *     | reserved
 *   find once more      the process that had the reservation may have published in between
 *     | not there
 *   fetch, publish, give the reservation back
 *
 * The reservation keeps two fetches of one replica apart. It is given up after the replica has its key, so a thread that gets it
 * next finds the replica. The kernel gives up that of a process that dies, and there is no event for that: hence INTERVAL.
 * Without the second look, a reader that is slow between its first look and the reservation would fetch once more.
 */

/** Finds and fetches the segments that have the bytes of far claims on this host. Thread-safe. */
final class Replicas {

    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final ResourceLinkFactory factory;
    private final FactoryStores stores;
    private final InstantSource clock;

    Replicas(ResourceLinkFactory factory, InstantSource clock) {
        this.factory = factory;
        this.stores = FactoryStores.OF_FACTORY.inside(factory);
        this.clock = clock;
    }

    /** Acquires the replica of a verified claim, if there is one. */
    @Nullable
    ResourceLink find(Claim claim) {
        ResourceLink found = factory.tryAcquire(ClaimKeys.replica(claim), claim.kind()).orElse(null);
        if (found == null || found.payloadSize() == claim.length()) {
            return found;
        }
        found.close();
        throw new ClaimUnavailableException(claim.key(), "segment \"" + ClaimKeys.replica(claim) + "\" in "
                + factory.directory(claim.kind()) + " is none of its replicas", null);
    }

    /** Acquires the replica of a verified claim, and fetches it if there is none and no other thread does. */
    ResourceLink open(Claim claim, Duration timeout, ClaimFetcher fetcher) throws InterruptedException {
        Deadline deadline = new Deadline(timeout);
        for (;;) {
            ResourceLink found = find(claim);
            if (found != null) {
                return found;
            }
            if (deadline.isOver()) {
                throw new ClaimUnavailableException(claim.key(), "it was not fetched within " + timeout
                        + ", by this process or by another one of this host", null);
            }
            try (Reservation reserved = stores.call(claim.kind(),
                    store -> store.tryReserve(ClaimKeys.replica(claim)))) {
                if (reserved != null) {
                    return fetchReserved(claim, deadline, fetcher);
                }
            }
            awaitReplica(claim, deadline);
        }
    }

    private void awaitReplica(Claim claim, Deadline deadline) throws InterruptedException {
        try (Waiters.Waiter waiter = stores.waitFor(claim.kind(), ClaimKeys.replica(claim))) {
            waiter.await(Math.min(INTERVAL_NANOS, deadline.nanosLeft()));
        }
    }

    private ResourceLink fetchReserved(Claim claim, Deadline deadline, ClaimFetcher fetcher)
            throws InterruptedException {
        ResourceLink found = find(claim);
        if (found != null) {
            return found;
        }
        Duration left = Duration.between(clock.instant(), claim.expiresAt());
        if (!left.isPositive()) {
            throw new ClaimGoneException(claim.key(), "its time to live was over at " + claim.expiresAt());
        }
        CreateOptions options = new CreateOptions(claim.kind(), left.compareTo(SHORTEST) < 0 ? SHORTEST : left, true);
        try {
            return fetch(claim, deadline, fetcher, options);
        } catch (RuntimeException e) {
            if (Thread.interrupted()) {
                throw interrupted(e);
            }
            throw e;
        }
    }

    private ResourceLink fetch(Claim claim, Deadline deadline, ClaimFetcher fetcher, CreateOptions options)
            throws InterruptedException {
        Content<Exception> content = Content.appending(claim.length(), target -> {
            FetchSink sink = new FetchSink(claim, deadline, target);
            fetcher.fetch(claim, sink);
            sink.complete();
        });
        try {
            return factory.publish(ClaimKeys.replica(claim), content, options);
        } catch (IOException e) {
            throw new ClaimUnavailableException(claim.key(), "fetching it failed (" + e + ")", e);
        } catch (SegmentAlreadyExistsException e) {
            throw new ClaimUnavailableException(claim.key(), "the name of its replica is taken", e);
        } catch (RuntimeException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("A fetcher threw what it does not declare.", e);
        }
    }

    private static InterruptedException interrupted(RuntimeException cause) {
        InterruptedException interrupted = new InterruptedException("The fetch of a claim was interrupted.");
        interrupted.initCause(cause);
        return interrupted;
    }
}
