package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.SentSegment;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.segment.ResourceKind;

/** The way from links to the descriptors that are sent, and from received descriptors to links. Thread-safe. */
final class Links {

    private final @Nullable ResourceLinkFactory segments;

    /** Begins. Without a factory, links can be sent but not received. */
    Links(@Nullable ResourceLinkFactory segments) {
        this.segments = segments;
    }

    /** {@return where this channel has its segments at this moment} A directory may be removed and made again, so this looks anew. */
    Directories directories() {
        if (segments == null) {
            return Directories.UNKNOWN;
        }
        TransitReference.Receiver factory = TransitReference.OF_FACTORY.inside(segments);
        return new Directories(factory.directory(ResourceKind.SHARED_MEMORY),
                factory.directory(ResourceKind.MAPPED_FILE));
    }

    /** Makes a link of a received descriptor, which is closed in every case. */
    AutoCloseable accept(Frame.Entry.Link entry, OpenFile file) {
        AutoCloseable accepted = received(entry, file).accept();
        if (accepted instanceof ResourceLink link && link.size() > entry.size()) {
            ProtocolException failure = new ProtocolException("the sender of segment \"" + entry.key() + "\"",
                    "that it has " + entry.size() + " bytes; it has " + link.size() + " bytes", "its size");
            Closing.undo(failure, link);
            throw failure;
        }
        return accepted;
    }

    /** Gives up a received descriptor. If it was the last reference to the segment, the segment is removed. */
    void discard(Frame.Entry.Link entry, OpenFile file) {
        if (segments == null) {
            file.close();
        } else {
            received(entry, file).close();
        }
    }

    private TransitReference<?> received(Frame.Entry.Link entry, OpenFile file) {
        if (segments == null) {
            file.close();
            throw new IllegalStateException("A message carries a link to segment \"" + entry.key()
                    + "\", and this channel was built without a ResourceLinkFactory: use"
                    + " Channel.builder().segments(factory).");
        }
        return TransitReference.OF_FACTORY.inside(segments)
                .received(new SentSegment(entry.key(), entry.kind(), entry.size()), file);
    }
}
