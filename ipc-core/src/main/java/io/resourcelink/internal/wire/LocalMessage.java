package io.resourcelink.internal.wire;

import java.util.List;

import io.resourcelink.internal.work.Closing;

/**
 * A message that was sent within this channel.
 *
 * @param attachments the receiver's own copies
 * @param descriptors how many descriptors of credit it has taken
 * @param window gets the credit back
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record LocalMessage(byte[] body, List<ReceivedAttachment> attachments, int descriptors, Window window)
        implements
            ReceivedMessage {

    @Override
    public long size() {
        return body.length;
    }

    @Override
    public int attachmentCount() {
        return attachments.size();
    }

    @Override
    public void taken() {
        window.add(1, body.length, descriptors);
    }

    @Override
    public String sender() {
        return "this process";
    }

    @Override
    public void discardBody() {}

    @Override
    public void discard() {
        Closing.each(attachments, ReceivedAttachment::discard);
    }
}
