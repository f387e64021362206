package io.resourcelink.internal.wire;

import java.util.List;

import io.resourcelink.error.RequestException;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.internal.wire.SettledNumbers.Range;

/**
 * The senders of one channel to one receiver, as the receiver sees them: which of their messages are settled. Messages are numbered
 * in the order in which they arrive. Thread-safe. No method of the inbox is called under the monitor.
 */
abstract class Source {

    private final Receiver receiver;
    private final SettledNumbers settled = new SettledNumbers(Integer.MAX_VALUE);
    private List<Range> refused = List.of();
    private long last;

    /** Where the messages of a source go. */
    interface Receiver {

        /** {@return the number of the subchannel} */
        long subchannel();

        /** {@return how much may wait to be handled, for each source} */
        Allowance credits();

        /** A message was handled, and its memory is free. */
        void finished(Source source);

        /** No more messages come from a source, because it has answered to the stop or is gone. */
        void stopped(Source source);
    }

    Source(Receiver receiver) {
        this.receiver = receiver;
    }

    final Receiver receiver() {
        return receiver;
    }

    /** {@return the process of the senders, for people} */
    abstract String peer();

    /** {@return the number of the message that arrives now} */
    final synchronized long next() {
        return ++last;
    }

    /** {@return the number of the last message that has arrived} */
    final synchronized long last() {
        return last;
    }

    /** {@return the number up to which every message is settled} */
    final synchronized long through() {
        return settled.through();
    }

    /** {@return whether a message is settled} */
    final synchronized boolean isSettled(long number) {
        return settled.contains(number);
    }

    /** {@return whether every message that has arrived is settled} */
    final synchronized boolean isSettled() {
        return settled.through() == last;
    }

    /** {@return the messages that have arrived and are not settled} They count as not handled from now on. */
    final synchronized List<Range> giveUp() {
        List<Range> missing = settled.missing(last);
        refused = missing;
        return missing;
    }

    /** Says that messages count as not handled. */
    final synchronized void refuse(List<Range> unhandled) {
        if (!unhandled.isEmpty()) {
            refused = unhandled;
        }
    }

    /** {@return whether a message counts as not handled, so that its sender gets no reply} */
    final synchronized boolean isRefused(long number) {
        // Asked for each message: no iterator.
        for (int i = 0; i < refused.size(); i++) {
            Range range = refused.get(i);
            if (range.first() <= number && number <= range.last()) {
                return true;
            }
        }
        return false;
    }

    /** Says that a message was handled or dropped. If it counts as not handled, this is too late: its sender is told so, and nothing else. */
    final synchronized void handled(long number) {
        if (!isRefused(number)) {
            settled.add(number, number);
        }
    }

    /** Says that messages need no more attention, whatever became of them. */
    final synchronized void settle(long first, long to) {
        settled.add(first, to);
    }

    /**
     * Sends the reply to a request.
     *
     * @return whether the reply is on its way
     */
    abstract boolean reply(long request, EncodedMessage reply, ReplyKind kind, long nanos)
            throws InterruptedException;

    /** Tells the sender of a request why there is no result. Never waits. */
    abstract void fail(long number, RequestException failure);

    /**
     * Gives the credit of a message back.
     *
     * @param number the number of the message
     * @param memory the bytes that it has taken
     * @param descriptors the descriptors that it has taken
     * @param request whether it was a request, whose reply brings credit as well
     */
    abstract void finished(long number, long memory, int descriptors, boolean request);

    /** Has the senders stop. They answer, which {@link Receiver#stopped} is told. Returns whether an answer is to be expected. */
    abstract boolean stop();

    /** {@return whether the senders have answered to the stop: they send nothing any more} */
    abstract boolean hasStopped();

    /** The receiver was closed: tells the senders, and which of their messages it has not handled. */
    abstract void receiverClosed(List<Range> unhandled);
}
