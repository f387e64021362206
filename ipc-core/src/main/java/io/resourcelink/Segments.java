package io.resourcelink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.error.SegmentReplacedException;
import io.resourcelink.internal.format.SegmentKey;
import io.resourcelink.internal.store.FactoryStores;
import io.resourcelink.internal.store.HeldSegment;
import io.resourcelink.internal.store.Reference;
import io.resourcelink.internal.store.Store;
import io.resourcelink.internal.store.StoreSettings;
import io.resourcelink.internal.store.Waiters;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;

/** What a factory does with segments that exist already: it acquires them, waits for them, lists and collects them. */
final class Segments {

    private final StoreSettings settings;
    private final Listeners listeners;
    private final Links links;
    private final FactoryStores stores;

    Segments(StoreSettings settings, Listeners listeners, Links links) {
        this.settings = settings;
        this.listeners = listeners;
        this.links = links;
        this.stores = links.stores();
    }

    ResourceLink acquire(String key, ResourceKind kind) {
        return listeners.taking(Operation.ACQUIRE, key, () -> {
            ResourceLink found = find(key, kind);
            if (found == null) {
                throw new SegmentNotFoundException(key, settings.host().directory(kind).toString());
            }
            return found;
        }, ResourceLink::segment);
    }

    /** Acquires the segment of a key if it has this nonce. */
    ResourceLink acquire(String key, ResourceKind kind, long nonce) {
        return listeners.taking(Operation.ACQUIRE, key, () -> {
            ResourceLink found = find(key, kind, store -> sought(store.acquire(key), key, kind, nonce));
            if (found == null) {
                throw new SegmentNotFoundException(key, settings.host().directory(kind).toString());
            }
            return found;
        }, ResourceLink::segment);
    }

    /** Releases a segment that is not the one that is sought. It was held for a moment, as by any other acquisition. */
    private @Nullable HeldSegment sought(@Nullable HeldSegment found, String key, ResourceKind kind, long nonce) {
        if (found == null || found.header().nonce() == nonce) {
            return found;
        }
        found.leave(false);
        throw new SegmentReplacedException(key, settings.host().directory(kind).toString());
    }

    @Nullable
    ResourceLinkInfo info(String key, ResourceKind kind) {
        SegmentKey.checked(key);
        return stores.look(kind, null, store -> store.info(key));
    }

    boolean remove(String key, ResourceKind kind) {
        SegmentKey.checked(key);
        return stores.remove(kind, store -> store.remove(key));
    }

    @Nullable
    ResourceLink tryAcquire(String key, ResourceKind kind) {
        return listeners.<@Nullable ResourceLink>taking(Operation.ACQUIRE, key, () -> find(key, kind),
                ResourceLink::segment);
    }

    private @Nullable ResourceLink find(String key, ResourceKind kind) {
        return find(key, kind, store -> store.acquire(key));
    }

    private @Nullable ResourceLink find(String key, ResourceKind kind, Function<Store, @Nullable HeldSegment> taking) {
        SegmentKey.checked(key);
        Reference reference = links.reference();
        HeldSegment found = stores.look(kind, null, taking);
        return found == null ? null : links.link(found, reference);
    }

    /** Acquires a segment, and waits for it to appear. When the time is over, it looks once more. */
    ResourceLink acquire(String key, ResourceKind kind, Duration timeout) throws InterruptedException {
        ResourceLink present = tryAcquire(key, kind);
        if (present != null) {
            return present;
        }
        long begin = System.nanoTime();
        long longest = saturatedNanos(timeout);
        for (boolean last = longest <= 0;; last = System.nanoTime() - begin >= longest) {
            try (Waiters.Waiter waiter = stores.waitFor(kind, key)) {
                ResourceLink appeared = tryAcquire(key, kind);
                if (appeared != null) {
                    return appeared;
                }
                if (last) {
                    throw listeners.failed(Operation.ACQUIRE, key,
                            new SegmentNotFoundException(key,
                                    settings.host().directory(kind) + ", not even after " + timeout),
                            Duration.ofNanos(System.nanoTime() - begin));
                }
                waiter.await(longest - (System.nanoTime() - begin));
            }
        }
    }

    private static long saturatedNanos(Duration timeout) {
        return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : timeout.toNanos();
    }

    List<ResourceLinkInfo> list() {
        List<ResourceLinkInfo> infos = new ArrayList<>();
        stores.forEach(store -> infos.addAll(store.list()));
        infos.sort(Comparator.comparing(ResourceLinkInfo::key).thenComparing(ResourceLinkInfo::kind));
        return List.copyOf(infos);
    }

    OrphanReport sweep(Duration maxAge, boolean dryRun) {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("An age is not negative; it was " + maxAge + ".");
        }
        List<OrphanReport.Collected> collected = new ArrayList<>();
        List<OrphanReport.Skipped> skipped = new ArrayList<>();
        stores.forEach(store -> {
            OrphanReport report = store.sweep(maxAge, dryRun);
            collected.addAll(report.collected());
            skipped.addAll(report.skipped());
        });
        return new OrphanReport(collected, skipped);
    }
}
