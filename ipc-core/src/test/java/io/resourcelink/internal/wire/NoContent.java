package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Map;

/**
 * Content of a test, which is empty.
 *
 * @param discarded run when it is discarded
 */
public record NoContent(Runnable discarded) implements ReceivedContent {

    @Override
    public long size() {
        return 0;
    }

    @Override
    public int attachmentCount() {
        return 0;
    }

    @Override
    public Map<String, Object> headers() {
        return Map.of();
    }

    @Override
    public byte[] body() {
        return new byte[0];
    }

    @Override
    public void discardBody() {}

    @Override
    public List<ReceivedAttachment> attachments() {
        return List.of();
    }

    @Override
    public void discard() {
        discarded.run();
    }
}
