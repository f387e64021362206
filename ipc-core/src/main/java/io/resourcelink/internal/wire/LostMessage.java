package io.resourcelink.internal.wire;

import java.util.List;

import io.resourcelink.error.IpcException;

/**
 * Stands in the inbox for a message that could not be taken in.
 *
 * @param failure the reason, which its receiver gets
 * @param size the bytes of its body
 * @param descriptors how many descriptors it had
 * @param source the senders, who get the credit back
 */
record LostMessage(IpcException failure, long size, int descriptors, RemoteSource source) implements ReceivedMessage {

    @Override
    public int attachmentCount() {
        return 0;
    }

    @Override
    public void taken() {
        source.received(size, descriptors);
    }

    @Override
    public String sender() {
        return source.peer();
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
