package io.resourcelink;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.internal.mapping.PeerMemory;

/** Makes segments that appear when they are complete. Thread-safe. */
final class Publisher {

    private final Configuration configuration;
    private final SegmentStores stores;

    Publisher(Configuration configuration, SegmentStores stores) {
        this.configuration = configuration;
        this.stores = stores;
    }

    /** Fills the payload of a draft. */
    interface Filler<X extends Exception> {

        void fill(Draft draft) throws X;
    }

    ResourceKind kind(CreateOptions options) {
        return options.kind() == null ? configuration.defaultKind() : options.kind();
    }

    SegmentSpec spec(String key, long payloadSize, CreateOptions options, boolean published) {
        SegmentKey.checked(key);
        if (payloadSize < 0) {
            throw new IllegalArgumentException("A payload has zero bytes or more; asked for " + payloadSize + ".");
        }
        Duration ttl = options.ttl() == null ? configuration.timesToLive().of(key) : options.ttl();
        return new SegmentSpec(key, payloadSize, millis(ttl), options.keep(), published, false);
    }

    private static long millis(Duration ttl) {
        return ttl.compareTo(Duration.ofMillis(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : ttl.toMillis();
    }

    <X extends Exception> ResourceLink publish(String key, Payload<X> payload, CreateOptions options) throws X {
        return publish(key, payload.size(), options, Filling.APPENDED, draft -> {
            AtomicLong offset = new AtomicLong();
            payload.writeTo(bytes -> stores.callOnce(frame -> {
                draft.append(frame, bytes, offset.getAndAdd(bytes.byteSize()));
                return true;
            }));
        });
    }

    <X extends Exception> ResourceLink publish(String key, long payloadSize, CreateOptions options, Filling filling,
            Filler<X> filler) throws X {
        Listeners listeners = configuration.listeners();
        long begin = listeners.begin();
        Draft draft = draft(key, payloadSize, options, filling, begin);
        boolean named = false;
        try {
            Duration made = listeners.since(begin);
            fill(draft, key, filler);
            ResourceLink link = named(key, draft, made);
            named = true;
            return link;
        } finally {
            if (!named) {
                stores.discard(draft);
            }
        }
    }

    /** Memory that a peer has truncated meanwhile fails here with a typed error, also if the caller's code wrote to it. */
    private <X extends Exception> void fill(Draft draft, String key, Filler<X> filler) throws X {
        try {
            filler.fill(draft);
            configuration.host().surfaceFaults();
        } catch (InternalError e) {
            if (PeerMemory.isFault(e)) {
                throw UnusableException.truncatedWhileFilled(key, e);
            }
            throw e;
        }
    }

    private Draft draft(String key, long payloadSize, CreateOptions options, Filling filling, long begin) {
        try {
            SegmentSpec spec = spec(key, payloadSize, options, true);
            return stores.call(kind(options), (store, frame) -> store.draft(frame, spec, filling));
        } catch (RuntimeException e) {
            Listeners listeners = configuration.listeners();
            throw listeners.failed(Operation.CREATE, key, e, listeners.since(begin));
        }
    }

    private ResourceLink named(String key, Draft draft, Duration made) {
        Listeners listeners = configuration.listeners();
        long begin = listeners.begin();
        try {
            ResourceLink link = stores.link(() -> stores.callOnce(draft::publish));
            listeners.taken(Operation.CREATE, link.segment(), made.plus(listeners.since(begin)));
            return link;
        } catch (RuntimeException e) {
            throw listeners.failed(Operation.CREATE, key, e, made.plus(listeners.since(begin)));
        }
    }

    /** What goes round at the moment. */
    RecyclingStatistics statistics() {
        return stores.look(ResourceKind.SHARED_MEMORY, RecyclingStatistics.NONE,
                (store, _) -> store.recyclingStatistics());
    }
}
