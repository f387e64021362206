package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.MessageException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.memory.SharedMemory;

/**
 * What a message from another channel carries, with the descriptors that came with it. It owns them. Opening an attachment hands its
 * descriptor over: a region keeps it, a link closes it when the file is open again, and a sender closes it when its ticket is
 * answered. {@link #discard} closes those that were not opened.
 */
final class RemoteContent implements ReceivedContent {

    /** Opens attachments. */
    interface Opener {

        /** {@return an attachment that is opened when a program asks for it} */
        ReceivedAttachment attachment(Frame.Entry entry, @Nullable OpenFile file);
    }

    private final Frame.Parts parts;
    private final List<OpenFile> descriptors;
    private final List<ReceivedAttachment> attachments;
    private byte @Nullable [] body;
    private boolean bodyUsed;

    /** Takes over the descriptors, which are as many as the frame says. */
    RemoteContent(Frame.Parts parts, List<OpenFile> descriptors, Opener opener) {
        this.parts = parts;
        this.descriptors = descriptors;
        this.attachments = parts.entries().isEmpty() ? List.of() : attachments(parts.entries(), opener);
    }

    private List<ReceivedAttachment> attachments(List<Frame.Entry> entries, Opener opener) {
        List<ReceivedAttachment> all = new ArrayList<>(entries.size());
        int next = 0;
        for (Frame.Entry entry : entries) {
            OpenFile file = entry.descriptors() == 0 ? null : descriptors.get(next++);
            all.add(opener.attachment(entry, file));
        }
        return all;
    }

    @Override
    public long size() {
        return parts.bodyLength();
    }

    @Override
    public int attachmentCount() {
        return parts.entries().size();
    }

    @Override
    public Map<String, Object> headers() {
        return HeaderFormat.decode(parts.headers());
    }

    @Override
    public byte[] body() {
        if (!parts.bodyInMemory()) {
            return parts.body();
        }
        byte[] known = body;
        if (known == null) {
            if (bodyUsed) {
                throw new MessageException("The body of the message could not be opened before.", null);
            }
            bodyUsed = true;
            try (SharedMemory memory = Regions.received(descriptors.getLast(), parts.bodyLength(), false)) {
                known = memory.toByteArray();
            }
            body = known;
        }
        return known;
    }

    @Override
    public void discardBody() {
        if (parts.bodyInMemory() && !bodyUsed) {
            bodyUsed = true;
            descriptors.getLast().close();
        }
    }

    @Override
    public List<ReceivedAttachment> attachments() {
        return attachments;
    }

    @Override
    public void discard() {
        try {
            Closing.each(attachments, ReceivedAttachment::discard);
        } finally {
            discardBody();
        }
    }
}
