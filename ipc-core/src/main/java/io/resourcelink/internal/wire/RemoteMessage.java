package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.MessageException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.memory.SharedMemory;

/**
 * A message from another channel, with the descriptors that came with it. It owns them. Opening an attachment hands its descriptor
 * over: a region keeps it, a link closes it when the file is open again, and a sender closes it when its ticket is answered. {@link
 * #discard} closes those that were not opened.
 */
final class RemoteMessage implements ReceivedMessage {

    private final Frame.Message frame;
    private final List<OpenFile> descriptors;
    private final RemoteSource source;
    private final AttachmentOpener opener;
    private byte @Nullable [] body;
    private boolean bodyUsed;

    /** Takes over the descriptors, which are as many as the frame says. */
    RemoteMessage(Frame.Message frame, List<OpenFile> descriptors, RemoteSource source, AttachmentOpener opener) {
        this.frame = frame;
        this.descriptors = descriptors;
        this.source = source;
        this.opener = opener;
    }

    @Override
    public long size() {
        return frame.bodyLength();
    }

    @Override
    public int attachmentCount() {
        return frame.entries().size();
    }

    @Override
    public void taken() {
        source.received(frame.bodyLength(), descriptors.size());
    }

    @Override
    public String sender() {
        return source.peer();
    }

    @Override
    public byte[] body() {
        if (!frame.bodyInMemory()) {
            return frame.body();
        }
        byte[] known = body;
        if (known == null) {
            if (bodyUsed) {
                throw new MessageException("The body of the message could not be opened before.", null);
            }
            bodyUsed = true;
            try (SharedMemory memory = Regions.received(descriptors.getLast(), frame.bodyLength())) {
                known = memory.toByteArray();
            }
            body = known;
        }
        return known;
    }

    @Override
    public void discardBody() {
        if (frame.bodyInMemory() && !bodyUsed) {
            bodyUsed = true;
            descriptors.getLast().close();
        }
    }

    @Override
    public List<ReceivedAttachment> attachments() {
        List<ReceivedAttachment> attachments = new ArrayList<>(frame.entries().size());
        int next = 0;
        for (Frame.Entry entry : frame.entries()) {
            OpenFile file = entry.descriptors() == 0 ? null : descriptors.get(next++);
            attachments.add(opener.attachment(entry, file));
        }
        return attachments;
    }

    @Override
    public void discard() {
        Closing closing = new Closing();
        closing.run(() -> Closing.each(attachments(), ReceivedAttachment::discard));
        closing.run(this::discardBody);
        closing.end();
    }
}
