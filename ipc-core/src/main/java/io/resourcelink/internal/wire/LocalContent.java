package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Map;

import io.resourcelink.internal.work.Closing;

/**
 * What a message within this channel carries.
 *
 * @param encodedHeaders its headers, in their form
 * @param attachments the receiver's own copies
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record LocalContent(byte[] encodedHeaders, byte[] body, List<ReceivedAttachment> attachments)
        implements
            ReceivedContent {

    /** Copies what a message carries. */
    static LocalContent of(EncodedMessage message) {
        return new LocalContent(message.headers(), message.body(), message.copies());
    }

    @Override
    public long size() {
        return body.length;
    }

    @Override
    public int attachmentCount() {
        return attachments.size();
    }

    @Override
    public Map<String, Object> headers() {
        return HeaderFormat.decode(encodedHeaders);
    }

    @Override
    public void discardBody() {}

    @Override
    public void discard() {
        Closing.each(attachments, ReceivedAttachment::discard);
    }
}
