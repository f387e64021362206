package io.resourcelink;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.internal.format.SegmentKey;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.FactoryStores;
import io.resourcelink.internal.store.HeldSegment;
import io.resourcelink.internal.store.Reference;
import io.resourcelink.internal.store.References;
import io.resourcelink.internal.store.SentSegment;
import io.resourcelink.internal.store.StoreSettings;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.ResourceKind;

/** Makes the links of one factory, and takes more references for them. Thread-safe. */
final class Links implements TransitReference.Receiver {

    private final Listeners listeners;
    private final StoreSettings settings;
    private final FactoryStores stores;
    private final References references;

    Links(StoreSettings settings, Listeners listeners, LeakDetection leakDetection) {
        this.listeners = listeners;
        this.settings = settings;
        this.stores = new FactoryStores(settings, listeners, this::giveBack);
        this.references = new References(stores, listeners,
                () -> leakDetection == LeakDetection.FULL ? new Throwable("The link was made here.") : null);
    }

    private void giveBack() {
        references.giveBack();
    }

    FactoryStores stores() {
        return stores;
    }

    /** Makes a link of a reference. Everything that is needed to give it back is there before it is taken. */
    ResourceLink link(Supplier<HeldSegment> taking) {
        Reference reference = references.next();
        return link(taking.get(), reference);
    }

    /** The same for a segment that may not be there. */
    @Nullable
    ResourceLink linkIfAny(Supplier<@Nullable HeldSegment> taking) {
        Reference reference = references.next();
        HeldSegment taken = taking.get();
        return taken == null ? null : link(taken, reference);
    }

    /** Makes what gives a reference back, before the reference is taken. */
    Reference reference() {
        return references.next();
    }

    /** Makes a link of a reference that was taken. */
    ResourceLink link(HeldSegment taken, Reference reference) {
        reference.holds(taken);
        try {
            return new ResourceLink(this, taken, reference);
        } catch (Throwable e) {
            references.giveBackLater(reference);
            throw e;
        }
    }

    /** Takes one more reference on a segment that is held. */
    ResourceLink retain(HeldSegment segment) {
        return listeners.taking(Operation.ACQUIRE, segment.key(), () -> {
            ResourceLink retained = linkIfAny(() -> stores.guarded(segment::tryJoin) ? segment : null);
            if (retained == null) {
                throw new IllegalStateException("The link to segment \"" + segment.key() + "\" is closed.");
            }
            return retained;
        }, ResourceLink::segment);
    }

    /** Removes the name of a segment that is held, if it still is its name. */
    boolean remove(HeldSegment segment) {
        return stores.remove(segment.header().kind(),
                store -> store.removeIncarnation(segment.key(), segment.header().nonce()));
    }

    /** Takes one more reference on a segment that is held, for another process. */
    TransitReference<ResourceLink> transit(HeldSegment segment) {
        return TransitReference.of(stores, segment, this::accept);
    }

    @Override
    public long directory(ResourceKind kind) {
        return settings.host().fingerprint(kind);
    }

    @Override
    public TransitReference<ResourceLink> received(SentSegment sent, OpenFile file) {
        return TransitReference.received(stores, sent, file, this::accept);
    }

    private ResourceLink accept(SentSegment sent, OpenFile received) {
        return listeners.taking(Operation.ACQUIRE, sent.key(), () -> {
            SegmentKey.checked(sent.key());
            ResourceLink accepted = linkIfAny(
                    () -> stores.look(sent.kind(), null, store -> store.accept(sent, received)));
            if (accepted == null) {
                throw DifferentDirectoryException.notFound(sent.key(),
                        settings.host().directory(sent.kind()).toString(),
                        Trust.setting(sent.kind()));
            }
            return accepted;
        }, ResourceLink::segment);
    }
}
