package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.internal.format.SegmentKey;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.mapping.PeerMemory;
import io.resourcelink.internal.store.Draft;
import io.resourcelink.internal.store.FactoryStores;
import io.resourcelink.internal.store.Filling;
import io.resourcelink.internal.store.KeptBudget.Booking;
import io.resourcelink.internal.store.StoreSettings;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

/** Creates and publishes segments. Thread-safe. */
final class Publisher {

    private static final int KEY_BYTES = 16;

    private final StoreSettings settings;
    private final TimesToLive timesToLive;
    private final Listeners listeners;
    private final Links links;
    private final FactoryStores stores;
    private final SecureRandom random = new SecureRandom();

    Publisher(StoreSettings settings, TimesToLive timesToLive, Listeners listeners, Links links) {
        this.settings = settings;
        this.timesToLive = timesToLive;
        this.listeners = listeners;
        this.links = links;
        this.stores = links.stores();
    }

    /** Creates a segment that others see at once, and that is filled later. */
    ResourceLink create(String key, long payloadSize, CreateOptions options) {
        return listeners.taking(Operation.CREATE, key, () -> {
            SegmentSpec spec = spec(key, payloadSize, options, false);
            try (Booking booking = stores.budget().book(spec)) {
                ResourceLink link = links.link(() -> stores.call(kind(options), store -> store.create(spec)));
                booking.made(link.segment());
                return link;
            }
        }, ResourceLink::segment);
    }

    /** {@return a key that nobody can guess} */
    String randomKey() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return HexFormat.of().formatHex(key);
    }

    private ResourceKind kind(CreateOptions options) {
        return options.kind() == null ? settings.defaultKind() : options.kind();
    }

    private SegmentSpec spec(String key, long payloadSize, CreateOptions options, boolean published) {
        SegmentKey.checked(key);
        if (payloadSize < 0) {
            throw new IllegalArgumentException("A payload has zero bytes or more; asked for " + payloadSize + ".");
        }
        Duration ttl = options.ttl() == null ? timesToLive.of(key) : options.ttl();
        return new SegmentSpec(key, payloadSize, millis(ttl), options.keep(), published, false);
    }

    private static long millis(Duration ttl) {
        return ttl.compareTo(Duration.ofMillis(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : ttl.toMillis();
    }

    /** Makes a segment that appears when its content is complete. */
    <X extends Exception> ResourceLink publish(String key, Content<X> content, CreateOptions options) throws X {
        long begin = listeners.begin();
        try (Booking booking = booking(key, content.size(), options, begin)) {
            Draft draft = draft(key, content.size(), options, content.filling(), begin);
            boolean named = false;
            try {
                Duration made = listeners.since(begin);
                fill(draft, key, content);
                ResourceLink link = named(key, draft, made);
                named = true;
                booking.made(link.segment());
                return link;
            } finally {
                if (!named) {
                    stores.discard(draft);
                }
            }
        }
    }

    private Booking booking(String key, long payloadSize, CreateOptions options, long begin) {
        try {
            return stores.budget().book(spec(key, payloadSize, options, true));
        } catch (RuntimeException e) {
            throw listeners.failed(Operation.CREATE, key, e, listeners.since(begin));
        }
    }

    /** Memory that a peer has truncated meanwhile fails here with a typed error, also if the caller's code wrote to it. */
    private <X extends Exception> void fill(Draft draft, String key, Content<X> content) throws X {
        try {
            content.writeTo(new DraftTarget(draft));
            settings.host().surfaceFaults();
        } catch (InternalError e) {
            if (PeerMemory.isFault(e)) {
                throw UnusableException.truncatedWhileFilled(key, e);
            }
            throw e;
        }
    }

    /** Writes into a draft. Each piece is an operation of its own, so that closing the factory does not wait for a source. */
    private final class DraftTarget implements Content.Target {

        private final Draft draft;
        private long offset;

        DraftTarget(Draft draft) {
            this.draft = draft;
        }

        @Override
        public MemorySegment memory() {
            return draft.payload();
        }

        @Override
        public void append(MemorySegment bytes) {
            stores.guarded(() -> {
                draft.append(bytes, offset);
                return true;
            });
            offset += bytes.byteSize();
        }
    }

    private Draft draft(String key, long payloadSize, CreateOptions options, Filling filling, long begin) {
        try {
            SegmentSpec spec = spec(key, payloadSize, options, true);
            return stores.call(kind(options), store -> store.draft(spec, filling));
        } catch (RuntimeException e) {
            throw listeners.failed(Operation.CREATE, key, e, listeners.since(begin));
        }
    }

    private ResourceLink named(String key, Draft draft, Duration made) {
        long begin = listeners.begin();
        try {
            ResourceLink link = links.link(() -> stores.guarded(draft::publish));
            listeners.taken(Operation.CREATE, link.segment(), made.plus(listeners.since(begin)));
            return link;
        } catch (RuntimeException e) {
            throw listeners.failed(Operation.CREATE, key, e, made.plus(listeners.since(begin)));
        }
    }
}
