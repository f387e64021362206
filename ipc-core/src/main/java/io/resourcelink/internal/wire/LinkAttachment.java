package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLink;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.internal.work.Failures;

/**
 * A link that a message carries. The message takes one reference on the segment when it is first sent to another process, and keeps it
 * until it is released. All processes to which it is sent get descriptors of that reference, and each takes one of its own.
 */
public final class LinkAttachment extends Attachment {

    private final ResourceLink link;
    private @Nullable TransitReference<?> reference;
    private @Nullable Failures failures;

    /** Borrows a link. */
    public LinkAttachment(ResourceLink link) {
        super(link);
        this.link = link;
    }

    @Override
    long memory() {
        return link.size();
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.resourcelink.error.DifferentDirectoryException if the process that gets the message has its segments elsewhere
     */
    @Override
    boolean addTo(OutgoingMessage message, WaitLimit limit) {
        TransitReference<?> taken = reference;
        if (taken == null) {
            taken = TransitReference.OF_LINK.inside(link);
            reference = taken;
            failures = message.failures();
        }
        taken.ensureIn(message.directories().of(taken.kind()), message.peer());
        message.add(new Frame.Entry.Link(taken.kind(), taken.key(), taken.size()), taken.file());
        return true;
    }

    @Override
    ReceivedAttachment copy() {
        return new CopiedAttachment(link.retain());
    }

    /** Never throws: the message may have been sent, and its sender must not be told that it was not. */
    @Override
    void release() {
        TransitReference<?> taken = reference;
        Failures told = failures;
        if (taken == null || told == null) {
            return;
        }
        reference = null;
        try {
            Discarding.close(taken::sent);
        } catch (Throwable e) {
            told.report("closing the reference that a message had", e);
        }
    }
}
