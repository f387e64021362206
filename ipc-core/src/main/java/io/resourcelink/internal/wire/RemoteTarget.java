package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.wire.SettledNumbers.Range;
import io.resourcelink.internal.work.Closing;

/*
 * Three locks, taken in this order: the monitor of Outbound, under which senders are counted; the writer's lock, under which messages
 * get their numbers; the monitor of `settled`. Requests are kept before they are written, because the reply may be here before the
 * call that writes them has returned.
 *
 * A receiving side handles messages out of order, and says by replies which of them are settled. If one message takes hours, replies
 * may leave any number of gaps behind it. Only MOST_GAPS of them are kept: more messages than were lost are reported then, if the
 * connection ends meanwhile.
 */

/** A receiver of another channel, with the senders that this channel has to it and what they have sent. Thread-safe. */
final class RemoteTarget implements Target {

    /** How many gaps between settled messages are kept. */
    private static final int MOST_GAPS = 4096;

    private final Outbound outbound;
    private final String name;
    private final Window window;
    private final SettledNumbers settled = new SettledNumbers(MOST_GAPS);
    private final MissedMessages missed = new MissedMessages();
    private final ConcurrentNavigableMap<Long, PendingRequest> requests = new ConcurrentSkipListMap<>();
    private volatile long subchannel;
    private volatile long last;
    private volatile boolean stopping;
    private volatile boolean receiverClosed;
    private int senders;
    private int grants;
    private @Nullable RemoteTarget replacement;

    /**
     * Creates a target without a sender.
     *
     * @param subchannel its number in the other channel, 0 if it is not known yet
     * @param name what people call it
     */
    RemoteTarget(Outbound outbound, long subchannel, String name) {
        this.outbound = outbound;
        this.subchannel = subchannel;
        this.name = name;
        this.window = new Window("The receiver in " + outbound.peer());
    }

    @Override
    public long process() {
        return outbound.connection().hasEnded() ? 0 : outbound.connection().process();
    }

    @Override
    public String peer() {
        return outbound.peer();
    }

    @Override
    public Window window() {
        return window;
    }

    long subchannel() {
        return subchannel;
    }

    void identify(long number) {
        subchannel = number;
    }

    /** Passes the only sender on to another target, which has counted it. */
    void become(RemoteTarget other) {
        replacement = other;
    }

    /** {@return the target that has the sender, once it is granted} */
    RemoteTarget granted() {
        synchronized (outbound) {
            return replacement == null ? this : replacement;
        }
    }

    @Override
    public boolean tryJoin() {
        synchronized (outbound) {
            return senders > 0 && senders++ > 0;
        }
    }

    /** {@return whether all senders were closed before the target was granted} */
    boolean isAbandoned() {
        return senders == 0;
    }

    /** Counts a sender that is redeemed. */
    void grant() {
        senders++;
        grants++;
    }

    @Override
    public void leave() {
        synchronized (outbound) {
            if (replacement != null) {
                // Granted just as its program gave up waiting for that.
                replacement.leave();
            } else if (--senders == 0) {
                int released = grants;
                grants = 0;
                outbound.release(this, released);
            }
        }
    }

    @Override
    public boolean send(EncodedMessage message, @Nullable PendingRequest request, WaitLimit limit)
            throws InterruptedException {
        Connection connection = outbound.connection();
        if (message.isPlain(connection.threshold())) {
            return connection.send(new MessageDraft(message, message.parts(), request), List.of(), limit);
        }
        try (OutgoingMessage outgoing = new OutgoingMessage(connection.side(), connection.peer(),
                connection.failures())) {
            if (!message.addTo(outgoing, connection.threshold(), limit)) {
                return false;
            }
            MessageDraft draft = new MessageDraft(message, outgoing.parts(), request);
            if (!connection.send(draft, outgoing.descriptors(), limit)) {
                return false;
            }
            outgoing.markSent();
            if (outgoing.deadSenders() > 0) {
                window.add(0, 0, outgoing.deadSenders());
            }
            return true;
        }
    }

    /** A message, which gets its number when it is written. */
    private final class MessageDraft implements Draft {

        private final EncodedMessage message;
        private final Frame.Parts parts;
        private final @Nullable PendingRequest request;
        private long number;
        private int told;

        MessageDraft(EncodedMessage message, Frame.Parts parts, @Nullable PendingRequest request) {
            this.message = message;
            this.parts = parts;
            this.request = request;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the writer's lock.
        public Frame frame() {
            if (stopping) {
                throw new DisconnectedException("The receiver in " + outbound.peer(), Window.STOPPING);
            }
            number = last + 1;
            if (request != null) {
                request.sent(RemoteTarget.this, number);
                requests.put(number, request);
            }
            last = number;
            return message.frame(subchannel, number, request != null, outbound.connection().clock(), parts);
        }

        @Override
        public boolean mayWait() {
            return request == null && parts.entries().isEmpty() && !parts.bodyInMemory()
                    && outbound.connection().isBatching();
        }

        @Override
        public @Nullable Frame rider() {
            told = missed.take();
            return told == 0 ? null : new Frame.Missed(subchannel, told);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the writer's lock.
        public void notWritten() {
            missed.putBack(told);
            told = 0;
            if (number != 0) {
                last = number - 1;
                requests.remove(number);
                number = 0;
            }
        }
    }

    /**
     * Takes no more messages. Called under the writer's lock.
     *
     * @return the number of the last message; -1 if this was said before
     */
    long stop() {
        if (stopping) {
            return -1;
        }
        stopping = true;
        window.end(Window.STOPPING);
        return last;
    }

    /** A sender has arrived too late: the receiver is stopping, or is closed. */
    void refused() {
        window.end(Window.STOPPING);
    }

    /** {@return whether a message was sent} */
    boolean hasSent() {
        return last > 0;
    }

    @Override
    public void cancel(long number) {
        if (requests.remove(number) != null) {
            outbound.connection().post(new Frame.Cancel(subchannel, number));
        }
    }

    /** So much may be sent again. */
    void credit(Frame.Credit credit) throws Frame.Malformed {
        settle(1, credit.through());
        if (window.isGranted()) {
            Allowance more = credit.more();
            window.add(more.messages(), more.bytes(), more.descriptors());
        }
        if (missed.credited()) {
            tellMissed();
        }
    }

    @Override
    public void miss() {
        if (missed.add() && window.isGranted()) {
            tellMissed();
        }
    }

    private void tellMissed() {
        int count = missed.take();
        if (count > 0) {
            outbound.connection().post(new Frame.Missed(subchannel, count));
        }
    }

    /** Takes a reply over. Returns whether somebody waits for it. */
    boolean replied(Frame.Reply reply, ReceivedContent content) throws Frame.Malformed {
        settle(1, reply.through());
        settle(reply.number(), reply.number());
        PendingRequest request = requests.remove(reply.number());
        if (request != null) {
            request.reply(reply.kind(), content);
        }
        return request != null;
    }

    /** A message was lost, because the receiving process has no room for its descriptors. */
    void undelivered(long number) throws Frame.Malformed {
        settle(number, number);
        String why = "was not delivered: " + outbound.peer() + " has no descriptors left for what it carried. Send it"
                + " again when there are, or raise RLIMIT_NOFILE (ulimit -n) there.";
        PendingRequest request = requests.remove(number);
        if (request == null) {
            window.reportUndelivered("An earlier message " + why);
        } else {
            request.fail(() -> new MessageException("The request " + why, null));
        }
    }

    /** The receiver has not handled some messages, and will not. */
    void unhandled(long first, long to) throws Frame.Malformed {
        ensureSent(to);
        List<Range> before;
        synchronized (settled) {
            settleRequests(first, to);
            before = settled.missing(to);
            settled.add(first, to);
        }
        PendingRequest.failAll(requests.subMap(first, true, to, true),
                () -> new RequestException(Reason.UNHANDLED, "", null, "The receiver in "
                        + outbound.peer() + " has ended before it had handled the request."));
        for (Range range : before) {
            if (range.last() >= first) {
                report(Math.max(first, range.first()), range.last(), true);
            }
        }
    }

    private void settle(long first, long to) throws Frame.Malformed {
        ensureSent(to);
        synchronized (settled) {
            if (first <= to) {
                settled.add(first, to);
            }
        }
    }

    private void ensureSent(long number) throws Frame.Malformed {
        if (number > last) {
            throw new Frame.Malformed("message " + number, "at most " + last);
        }
    }

    /** The senders of requests are told by their own calls, not by reports. */
    private void settleRequests(long first, long to) {
        requests.subMap(first, true, to, true).keySet().forEach(number -> settled.add(number, number));
    }

    private void report(long first, long to, boolean known) {
        outbound.report(new UnhandledMessages(name, outbound.peer(), first, to, known));
    }

    /** The receiver is closed: this is not needed any more when its last sender is closed. */
    void markReceiverClosed() {
        receiverClosed = true;
    }

    /** The receiver is closed. Replies to requests that it is handling may still come. */
    void receiverClosed() {
        window.end("its receiver was closed. Close this sender.");
        reportMissing();
    }

    /** Reports messages that may not have been handled. */
    private void reportMissing() {
        List<Range> missing = new ArrayList<>();
        // While a message is being written, it is not known yet whether it is sent.
        outbound.connection().exclusively(() -> {
            synchronized (settled) {
                settleRequests(1, Long.MAX_VALUE);
                missing.addAll(settled.missing(last));
                settled.add(1, last);
            }
        });
        missing.forEach(range -> report(range.first(), range.last(), false));
    }

    boolean isReceiverClosed() {
        return receiverClosed;
    }

    /** The connection has ended: nothing arrives any more. */
    void connectionEnded(String why) {
        Closing closing = new Closing();
        closing.run(() -> window.end(why));
        closing.run(this::reportMissing);
        closing.run(() -> PendingRequest.failAll(requests,
                () -> new DisconnectedException("The receiver in " + outbound.peer(), why)));
        closing.end();
    }

    @Override
    public @Nullable TicketedSender ticket(WaitLimit limit) throws InterruptedException {
        if (window.hasEnded()) {
            return dead();
        }
        Pipe pipe = Pipe.open();
        try (OpenFile reading = pipe.reading()) {
            long ticket = Tickets.draw();
            if (outbound.connection().send(new Draft.Complete(new Frame.Ticket(subchannel, ticket)),
                    List.of(reading), limit)) {
                return new TicketedSender(new Frame.Entry.Sender(true, subchannel, ticket, outbound.address()),
                        pipe.writing());
            }
            pipe.writing().close();
            return null;
        } catch (DisconnectedException _) {
            pipe.writing().close();
            return dead();
        } catch (Throwable e) {
            Closing.undo(e, pipe.writing());
            throw e;
        }
    }

    private TicketedSender dead() {
        return TicketedSender.dead(subchannel, outbound.address());
    }
}
