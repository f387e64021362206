package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Map;

import io.resourcelink.error.IpcException;

/**
 * Stands for what a message carried that could not be taken in.
 *
 * @param failure the reason, which its receiver gets
 * @param size the bytes of its body
 */
record LostContent(IpcException failure, long size) implements ReceivedContent {

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
        throw failure;
    }

    @Override
    public void discardBody() {}

    @Override
    public List<ReceivedAttachment> attachments() {
        return List.of();
    }

    @Override
    public void discard() {}
}
