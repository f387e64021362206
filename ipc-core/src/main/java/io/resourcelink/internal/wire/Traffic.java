package io.resourcelink.internal.wire;

import java.util.concurrent.atomic.LongAdder;

/** Counts what has passed through a channel in one direction. Thread-safe, and cheap from many threads. */
public final class Traffic {

    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder attachments = new LongAdder();

    /** Begins with nothing. */
    Traffic() {}

    void count(long messageBytes, int attached) {
        messages.increment();
        bytes.add(messageBytes);
        if (attached > 0) {
            attachments.add(attached);
        }
    }

    /** {@return how many messages} */
    public long messages() {
        return messages.sum();
    }

    /** {@return the bytes of their bodies} */
    public long bytes() {
        return bytes.sum();
    }

    /** {@return how many attachments they carried} */
    public long attachments() {
        return attachments.sum();
    }
}
