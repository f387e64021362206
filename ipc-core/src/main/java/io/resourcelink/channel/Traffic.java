package io.resourcelink.channel;

import java.util.concurrent.atomic.LongAdder;

/** What has passed through a channel. Thread-safe, and cheap to count from many threads. */
final class Traffic {

    private final LongAdder disconnects = new LongAdder();

    /** One way. */
    static final class Direction {

        private final LongAdder messages = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final LongAdder attachments = new LongAdder();

        void count(long messageBytes, int carried) {
            messages.increment();
            bytes.add(messageBytes);
            if (carried > 0) {
                attachments.add(carried);
            }
        }
    }

    private final Direction sent = new Direction();
    private final Direction received = new Direction();

    Direction sent() {
        return sent;
    }

    Direction received() {
        return received;
    }

    void disconnected() {
        disconnects.increment();
    }

    ChannelStatistics statistics(int connections, int subchannels, long queued, long failures) {
        return new ChannelStatistics(sent.messages.sum(), sent.bytes.sum(), sent.attachments.sum(),
                received.messages.sum(), received.bytes.sum(), received.attachments.sum(), disconnects.sum(),
                connections, subchannels, queued, failures);
    }
}
