package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.memory.SharedMemory;

/** Opens the attachments of messages from other channels. Thread-safe. */
final class AttachmentOpener implements RemoteContent.Opener {

    private static final byte[] NOTHING = {};

    private final Links links;
    private final ReceivedSenders senders;
    private final boolean immutableMemoryOnly;

    /**
     * Begins.
     *
     * @param immutableMemoryOnly whether memory is refused whose content its maker can change
     */
    AttachmentOpener(Links links, ReceivedSenders senders, boolean immutableMemoryOnly) {
        this.links = links;
        this.senders = senders;
        this.immutableMemoryOnly = immutableMemoryOnly;
    }

    private SharedMemory memory(Frame.Entry.Memory entry, OpenFile file) {
        SharedMemory received = Regions.received(file, entry.size(), entry.recycled());
        if (immutableMemoryOnly && received.mayChange()) {
            ProtocolException failure = new ProtocolException("a process that has sent shared memory",
                    "memory that it can still change",
                    "memory that is sealed against writing: the channel was built with"
                            + " immutableMemoryOnly()");
            Closing.undo(failure, received);
            throw failure;
        }
        return received;
    }

    @Override
    public ReceivedAttachment attachment(Frame.Entry entry, @Nullable OpenFile file) {
        return file == null ? new Empty(entry) : new Attached(entry, file);
    }

    /** An attachment without a descriptor: empty memory, or a sender whose receiver is gone. */
    private final class Empty implements ReceivedAttachment {

        private final Frame.Entry entry;

        Empty(Frame.Entry entry) {
            this.entry = entry;
        }

        @Override
        public AutoCloseable open() {
            return entry instanceof Frame.Entry.Sender sender
                    ? new JoinedTarget(senders.receive(sender, null))
                    : SharedMemory.fromBytes(NOTHING);
        }

        @Override
        public void discard() {}
    }

    /** An attachment with its descriptor. */
    private final class Attached implements ReceivedAttachment {

        private final Frame.Entry entry;
        private final OpenFile file;

        Attached(Frame.Entry entry, OpenFile file) {
            this.entry = entry;
            this.file = file;
        }

        @Override
        public AutoCloseable open() {
            return switch (entry) {
                case Frame.Entry.Memory memory -> memory(memory, file);
                case Frame.Entry.Link link -> links.accept(link, file);
                case Frame.Entry.Sender sender -> new JoinedTarget(senders.receive(sender, file));
            };
        }

        @Override
        public void discard() {
            if (entry instanceof Frame.Entry.Link link) {
                Discarding.close(() -> links.discard(link, file));
            } else {
                file.close();
            }
        }
    }
}
