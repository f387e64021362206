package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.memory.SharedMemory;

/** Opens the attachments of messages from other channels. Thread-safe. */
final class AttachmentOpener implements RemoteContent.Opener {

    private static final byte[] NOTHING = {};

    private final Links links;
    private final ReceivedSenders senders;

    AttachmentOpener(Links links, ReceivedSenders senders) {
        this.links = links;
        this.senders = senders;
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
                case Frame.Entry.Memory(long size) -> Regions.received(file, size);
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
