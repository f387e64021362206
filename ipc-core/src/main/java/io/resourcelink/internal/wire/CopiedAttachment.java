package io.resourcelink.internal.wire;

/**
 * What a message carries that stays in this process.
 *
 * @param copy the receiver's own handle
 */
record CopiedAttachment(AutoCloseable copy) implements ReceivedAttachment {

    @Override
    public AutoCloseable open() {
        return copy;
    }

    @Override
    public void discard() {
        Discarding.close(copy);
    }
}
