package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.SegmentDraft.Spec;
import io.resourcelink.os.CallFrame;

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

        void fill(Store.Draft draft, CallFrame frame) throws X;
    }

    /** Appends to a draft what a payload hands over. */
    static final class Appending implements Payload.Sink {

        private final Store.Draft draft;
        private final CallFrame frame;
        private long offset;

        Appending(Store.Draft draft, CallFrame frame) {
            this.draft = draft;
            this.frame = frame;
        }

        @Override
        public void write(MemorySegment bytes) {
            draft.append(frame, bytes, offset);
            offset += bytes.byteSize();
        }
    }

    ResourceKind kind(CreateOptions options) {
        return options.kind() == null ? configuration.defaultKind() : options.kind();
    }

    Spec spec(String key, long payloadSize, CreateOptions options, boolean published) {
        SegmentKey.checked(key);
        if (payloadSize < 0) {
            throw new IllegalArgumentException("A payload has zero bytes or more; asked for " + payloadSize + ".");
        }
        Duration ttl = options.ttl() == null ? configuration.timesToLive().of(key) : options.ttl();
        return new Spec(key, payloadSize, millis(ttl), options.keep(), published, false);
    }

    private static long millis(Duration ttl) {
        return ttl.compareTo(Duration.ofMillis(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : ttl.toMillis();
    }

    <X extends Exception> ResourceLink publish(Spec spec, ResourceKind kind, Filling filling, Filler<X> filler)
            throws X {
        Listeners listeners = configuration.listeners();
        long begin = listeners.begin();
        Store.Draft draft = draft(spec, kind, filling, begin);
        Duration made = listeners.since(begin);
        boolean named = false;
        try (CallFrame frame = new CallFrame()) {
            filler.fill(draft, frame);
            ResourceLink link = named(spec.key(), kind, draft, made);
            named = true;
            return link;
        } finally {
            if (!named) {
                stores.discard(draft);
            }
        }
    }

    private Store.Draft draft(Spec spec, ResourceKind kind, Filling filling, long begin) {
        try {
            return stores.call(kind, (store, frame) -> store.draft(frame, spec, filling));
        } catch (RuntimeException e) {
            Listeners listeners = configuration.listeners();
            throw listeners.failed(Operation.CREATE, spec.key(), e, listeners.since(begin));
        }
    }

    private ResourceLink named(String key, ResourceKind kind, Store.Draft draft, Duration made) {
        Listeners listeners = configuration.listeners();
        long begin = listeners.begin();
        try {
            ResourceLink link = stores.call(kind, (_, frame) -> stores.link(draft.publish(frame)));
            listeners.taken(Operation.CREATE, link.segment(), made.plus(listeners.since(begin)));
            return link;
        } catch (RuntimeException e) {
            throw listeners.failed(Operation.CREATE, key, e, made.plus(listeners.since(begin)));
        }
    }

    /** What goes round at the moment. */
    SegmentPool.Statistics statistics() {
        return stores.look(ResourceKind.SHARED_MEMORY, SegmentPool.Statistics.NONE,
                (store, _) -> store.recyclingStatistics());
    }
}
