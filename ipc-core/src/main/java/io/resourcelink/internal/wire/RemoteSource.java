package io.resourcelink.internal.wire;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.RequestException;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.internal.wire.SettledNumbers.Range;
import io.resourcelink.internal.work.Closing;

/*
 * Credit that is due is told with the next reply, or by a frame of its own. There is no timer for it. Whenever a message is finished,
 * a frame is sent if a quarter of all credit is due, if nothing is left after a stop, or if the message is no request and the last
 * frame is CREDIT_INTERVAL old. Otherwise the channel's upkeep sends it, within about a second; if the channel rests, there is no
 * upkeep, and it is sent at once. The channel begins to rest before its last upkeep, so one of the two sees the other. A sender
 * without credit has all of it outstanding, and less than a quarter of that is due, so it never waits for a frame that is never sent.
 *
 * Nothing is posted under the monitor: the writer's lock is taken before the monitor, never after it.
 */

/** The senders that another channel has to one subchannel, as long as the connection and the receiver last. Thread-safe. */
final class RemoteSource extends Source {

    /** While messages that are no requests are finished one after the other, their senders learn of it about so often. */
    private static final long CREDIT_INTERVAL = TimeUnit.MILLISECONDS.toNanos(10);

    private final Connection connection;
    private final Inbox inbox;
    private final Consumer<RemoteSource> over;
    private final Set<Long> cancelled = new HashSet<>();
    private int grants;
    private long messages;
    private long bytes;
    private long descriptors;
    private int dueMessages;
    private long dueBytes;
    private int dueDescriptors;
    private long credited = System.nanoTime();
    private boolean stopped;
    private boolean closed;

    /**
     * Begins without a sender.
     *
     * @param over told once the receiver is closed and the other channel was told
     */
    RemoteSource(Connection connection, Inbox inbox, Consumer<RemoteSource> over) {
        super(inbox);
        this.inbox = inbox;
        this.connection = connection;
        this.over = over;
    }

    /** {@return where the messages go} */
    Inbox inbox() {
        return inbox;
    }

    @Override
    String peer() {
        return connection.peer();
    }

    /** Counts one more sender, which a release will name. */
    synchronized void grant() {
        grants++;
    }

    /** Takes senders back. Returns how many are left, a negative number if there were not so many. */
    synchronized int release(int count) {
        grants -= count;
        return grants;
    }

    /** Takes all senders back. */
    synchronized void releaseAll() {
        closed = true;
        grants = 0;
    }

    /**
     * Counts a message that has arrived.
     *
     * @throws Frame.Malformed if it must not come
     */
    synchronized void arrived(Frame.Message message) throws Frame.Malformed {
        if (grants == 0 || stopped) {
            throw new Frame.Malformed("a message for subchannel " + message.subchannel(),
                    stopped ? "none after the answer to a stop" : "one for a subchannel that it was granted");
        }
        Allowance most = receiver().credits();
        if (messages >= most.messages() || bytes >= most.bytes() || descriptors >= most.descriptors()) {
            throw new Frame.Malformed("more than there was credit for", "at most " + most);
        }
        long expected = next();
        if (message.number() != expected) {
            throw new Frame.Malformed("message " + message.number(), "number " + expected);
        }
        messages++;
        bytes += message.parts().memory();
        descriptors += message.descriptors();
    }

    /** Remembers that nobody waits for the reply to a request any more. */
    synchronized void cancel(long number) throws Frame.Malformed {
        if (number > last()) {
            throw new Frame.Malformed("the end of request " + number, "at most " + last());
        }
        if (!isSettled(number)) {
            cancelled.add(number);
        }
    }

    @Override
    boolean reply(long request, EncodedMessage reply, ReplyKind kind, long nanos)
            throws InterruptedException {
        if (!isAwaited(request)) {
            return false;
        }
        WaitLimit limit = WaitLimit.of(nanos);
        if (reply.isPlain(connection.threshold())) {
            return connection.send(new ReplyDraft(request, kind, reply.parts()), List.of(), limit);
        }
        try (OutgoingMessage outgoing = new OutgoingMessage(connection.side(), connection.peer(),
                connection.failures())) {
            if (!reply.addTo(outgoing, connection.threshold(), limit)) {
                return false;
            }
            Frame.Parts parts = outgoing.parts();
            if (!connection.send(new ReplyDraft(request, kind, parts), outgoing.descriptors(),
                    limit)) {
                return false;
            }
            outgoing.markSent();
            return true;
        }
    }

    /** A reply, and the credit that is due when it is written. */
    private final class ReplyDraft implements Draft {

        private final long number;
        private final ReplyKind kind;
        private final Frame.Parts parts;
        private Frame.@Nullable Credit credit;

        ReplyDraft(long number, ReplyKind kind, Frame.Parts parts) {
            this.number = number;
            this.kind = kind;
            this.parts = parts;
        }

        @Override
        public Frame frame() {
            return new Frame.Reply(receiver().subchannel(), number, kind, through(), parts);
        }

        @Override
        public @Nullable Frame rider() {
            credit = takeDue();
            return credit;
        }

        @Override
        public void notWritten() {
            Frame.Credit taken = credit;
            credit = null;
            if (taken != null) {
                giveBack(taken.more());
            }
        }
    }

    private synchronized boolean isAwaited(long number) {
        return !isRefused(number) && !cancelled.contains(number);
    }

    @Override
    void fail(long number, RequestException failure) {
        if (isAwaited(number)) {
            connection.post(new Frame.Reply(receiver().subchannel(), number, ReplyKind.FAILURE, through(),
                    new Frame.Parts(RequestFailures.encode(failure), List.of(), false, 0, EncodedMessage.NO_BODY)));
        }
    }

    @Override
    void finished(long number, long memory, int messageDescriptors, boolean request) {
        synchronized (this) {
            cancelled.remove(number);
            messages--;
            bytes -= memory;
            descriptors -= messageDescriptors;
            dueMessages++;
            dueBytes += memory;
            dueDescriptors += messageDescriptors;
            if (!isCreditDue(request)) {
                return;
            }
        }
        tellCredit();
    }

    private boolean isCreditDue(boolean request) {
        Allowance most = receiver().credits();
        return isQuarter(dueMessages, most.messages()) || isQuarter(dueBytes, most.bytes())
                || isQuarter(dueDescriptors, most.descriptors())
                || (stopped && messages == 0)
                || connection.isResting()
                || (!request && System.nanoTime() - credited >= CREDIT_INTERVAL);
    }

    private static boolean isQuarter(long part, long whole) {
        return part > (whole - 1) / 4;
    }

    /** Tells the senders what credit is due, if any is. Must not fail: if it does, the connection is ended. */
    void tellCredit() {
        try {
            Frame.Credit due = takeDue();
            if (due != null) {
                connection.post(due);
            }
        } catch (RuntimeException | Error _) {
            connection.shutdown();
        }
    }

    private synchronized Frame.@Nullable Credit takeDue() {
        if (closed || dueMessages == 0) {
            return null;
        }
        Frame.Credit due = new Frame.Credit(receiver().subchannel(), through(),
                new Allowance(dueMessages, dueBytes, dueDescriptors));
        dueMessages = 0;
        dueBytes = 0;
        dueDescriptors = 0;
        credited = System.nanoTime();
        return due;
    }

    private synchronized void giveBack(Allowance due) {
        dueMessages += due.messages();
        dueBytes += due.bytes();
        dueDescriptors += due.descriptors();
    }

    @Override
    boolean stop() {
        synchronized (this) {
            if (closed) {
                return false;
            }
        }
        connection.post(new Frame.Stop(receiver().subchannel()));
        return true;
    }

    @Override
    synchronized boolean hasStopped() {
        return stopped;
    }

    /** The senders have stopped: nothing follows their last message. */
    void stopped(long lastSent) throws Frame.Malformed {
        synchronized (this) {
            if (lastSent != last()) {
                throw new Frame.Malformed("a stop after message " + lastSent, "after message " + last());
            }
            stopped = true;
        }
        if (isIdle()) {
            tellCredit();
        }
        receiver().stopped(this);
    }

    private synchronized boolean isIdle() {
        return messages == 0;
    }

    @Override
    void receiverClosed(List<Range> unhandled) {
        long subchannel = receiver().subchannel();
        Closing closing = new Closing();
        refuse(unhandled);
        for (Range range : unhandled) {
            // Told first: credit that another thread sends meanwhile must not say that they were handled.
            closing.run(() -> connection.post(new Frame.Unhandled(subchannel, range.first(), range.last())));
            settle(range.first(), range.last());
        }
        // After that: what is settled now, and was not reported, was handled.
        closing.run(() -> connection.post(new Frame.Credit(subchannel, through(), new Allowance(0, 0, 0))));
        synchronized (this) {
            closed = true;
        }
        closing.run(() -> connection.post(new Frame.Closed(subchannel, 0)));
        closing.run(() -> over.accept(this));
        closing.end();
    }
}
