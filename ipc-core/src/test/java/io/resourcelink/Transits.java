package io.resourcelink;

import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.SentSegment;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.ResourceKind;

/** References in transit, as a channel makes them. */
final class Transits {

    private Transits() {}

    @SuppressWarnings("unchecked") // The links of a factory are what they say.
    static TransitReference<ResourceLink> of(ResourceLink link) {
        return (TransitReference<ResourceLink>) TransitReference.OF_LINK.inside(link);
    }

    static TransitReference<ResourceLink> received(ResourceLinkFactory factory, String key, ResourceKind kind,
            OpenFile file) {
        return received(factory, new SentSegment(key, kind, Long.MAX_VALUE), file);
    }

    @SuppressWarnings("unchecked") // The links of a factory are what they say.
    static TransitReference<ResourceLink> received(ResourceLinkFactory factory, SentSegment sent, OpenFile file) {
        return (TransitReference<ResourceLink>) TransitReference.OF_FACTORY.inside(factory).received(sent, file);
    }
}
