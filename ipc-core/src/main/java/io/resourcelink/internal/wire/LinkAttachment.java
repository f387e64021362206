package io.resourcelink.internal.wire;

import io.resourcelink.ResourceLink;

/** A link that a message carries. */
public final class LinkAttachment extends Attachment {

    private final ResourceLink link;

    /** Borrows a link. */
    public LinkAttachment(ResourceLink link) {
        super(link);
        this.link = link;
    }

    @Override
    long memory() {
        return link.size();
    }

    @Override
    boolean addTo(OutgoingMessage message, WaitLimit limit) {
        Links.add(link, message);
        return true;
    }

    @Override
    ReceivedAttachment copy() {
        return new CopiedAttachment(link.retain());
    }
}
