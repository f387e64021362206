package io.resourcelink.internal.wire;

import java.util.ArrayList;
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
        LocalContent content = new LocalContent(message.headers(), message.body(),
                new ArrayList<>(message.attachments().size()));
        try {
            message.copyTo(content.attachments);
            return content;
        } catch (Throwable e) {
            Closing.undo(e, content::discard);
            throw e;
        }
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
