package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;

import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.memory.SharedMemory;

/**
 * A message for another process, with its descriptors. It closes what was opened for it, sent or not: the socket has descriptors
 * of its own once the message is sent. Used by one thread.
 */
final class OutgoingMessage implements AutoCloseable {

    private static final byte[] NOTHING = {};

    private final PeerSide side;
    private final String peer;
    private final List<Frame.Entry> entries = new ArrayList<>();
    private final List<OpenFile> descriptors = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Failures failures;
    private byte[] headers = NOTHING;
    private byte[] body = NOTHING;
    private long bodyLength;
    private boolean bodyInMemory;
    private boolean sent;
    private int deadSenders;

    /**
     * Begins a message.
     *
     * @param side what the process that gets it has said of itself
     * @param peer that process, for people
     * @param failures told of what cannot be closed once the message is sent
     */
    OutgoingMessage(PeerSide side, String peer, Failures failures) {
        this.side = side;
        this.peer = peer;
        this.failures = failures;
    }

    /** {@return where the process that gets it has its segments} */
    Directories directories() {
        return side.directories();
    }

    /** {@return whether the process that gets it takes only memory whose content nobody can change} */
    boolean immutableMemoryOnly() {
        return side.immutableMemoryOnly();
    }

    String peer() {
        return peer;
    }

    /** {@return what is told of failures once the message is sent} */
    Failures failures() {
        return failures;
    }

    /** Adds an attachment that needs no descriptor. */
    void add(Frame.Entry entry) {
        entries.add(entry);
    }

    /** Adds an attachment. */
    void add(Frame.Entry entry, OpenFile descriptor) {
        entries.add(entry);
        descriptors.add(descriptor);
    }

    /** Adds a sender. */
    void add(TicketedSender sender) {
        entries.add(sender.entry());
        if (sender.descriptor() == null) {
            deadSenders++;
        } else {
            descriptors.add(sender.descriptor());
        }
    }

    /** Has something closed together with this message, or at once if this fails. */
    void closeAfterwards(AutoCloseable handle) {
        try {
            opened.add(handle);
        } catch (Throwable e) {
            Closing.undo(e, handle);
            throw e;
        }
    }

    /** {@return the descriptor of a region, sealed, which stays open as long as this message} */
    OpenFile borrow(Region region) {
        AutoCloseable release = region::release;
        region.retain();
        closeAfterwards(release);
        region.seal();
        return region.file();
    }

    void addHeaders(byte[] encoded) {
        headers = encoded;
    }

    /** Adds a body that travels in the frame, after all attachments. */
    void addBody(byte[] encoded) {
        bodyLength = encoded.length;
        body = encoded;
    }

    /** Adds a body that travels in shared memory, after all attachments. The memory stays its owner's. */
    void addBody(SharedMemory encoded, int length) {
        bodyLength = length;
        descriptors.add(borrow(Regions.of(encoded)));
        bodyInMemory = true;
    }

    Frame.Parts parts() {
        return new Frame.Parts(headers, entries, bodyInMemory, bodyLength, body);
    }

    List<OpenFile> descriptors() {
        return descriptors;
    }

    /** {@return how many senders without a receiver it carries: credit was taken for a descriptor of each, and they have none} */
    int deadSenders() {
        return deadSenders;
    }

    void markSent() {
        sent = true;
    }

    /** Once the message is sent, a failure here must not tell its sender that it was not. */
    @Override
    public void close() {
        try {
            Discarding.closeAll(opened);
        } catch (Throwable e) {
            if (!sent) {
                throw e;
            }
            failures.report("closing what was opened for a message", e);
        } finally {
            opened.clear();
        }
    }
}
