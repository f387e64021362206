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

    private final Inbox inbox;
    private final SettledNumbers settled = new SettledNumbers();
    private long last;

    Source(Inbox inbox) {
        this.inbox = inbox;
    }

    final Inbox inbox() {
        return inbox;
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

    /** {@return the messages that have arrived and are not settled} */
    final synchronized List<Range> missing() {
        return settled.missing(last);
    }

    /** Says that messages were handled, dropped, or reported. */
    final synchronized void settle(long first, long to) {
        settled.add(first, to);
    }

    /** Sends the reply to a request; see {@link ReceivedMessage#reply}. */
    abstract boolean reply(ReceivedMessage request, EncodedMessage reply, ReplyKind kind, long nanos)
            throws InterruptedException;

    /** Tells the sender of a request why there is no result. Never waits. */
    abstract void fail(long number, RequestException failure);

    /** Gives the credit of a message back. */
    abstract void finished(ReceivedMessage message);

    /** Has the senders stop. They answer, which {@link Inbox#stopped} is told. Returns whether an answer is to be expected. */
    abstract boolean stop();

    /** The receiver was closed: tells the senders, and which of their messages it has not handled. */
    abstract void receiverClosed(List<Range> unhandled);
}
