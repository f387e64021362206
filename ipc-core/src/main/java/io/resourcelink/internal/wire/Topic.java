package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DescriptorLimitException;
import io.resourcelink.error.DestinationKindException;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.work.Closing;

/*
 * A message is encoded once. First it is sent to all subscribers that have room, without waiting; then those that have none are waited for,
 * one after the other, until one deadline that is the same for all. A subscriber that was waited for in vain is not waited for again
 * before it has taken something. So a subscriber that is stopped costs its publishers one deadline, and not one for each message.
 */

/** The subscribers of a destination, as one publisher of this channel sees them. Thread-safe. */
public final class Topic implements AutoCloseable {

    /** How many descriptors of one publisher may be at its subscribers: as many as a packet has. Each has an equal share of them. */
    private static final int MOST_DESCRIPTORS = Packet.MAX_DESCRIPTORS;

    /** How long a subscriber that has just come is waited for, although it does not want to be waited for. */
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Members members;
    private final Sending sending;
    private final ConnectionReports reports;
    private final LongAdder reached;
    private final LongAdder dropped;

    /**
     * What became of one message.
     *
     * @param reached how many subscribers it was sent to
     * @param dropped for how many it was dropped
     */
    public record Outcome(int reached, int dropped) {}

    Topic(Members members, Sending sending, ConnectionReports reports, LongAdder reached, LongAdder dropped) {
        this.members = members;
        this.sending = sending;
        this.reports = reports;
        this.reached = reached;
        this.dropped = dropped;
    }

    /**
     * Sends a message to all subscribers.
     *
     * @param message the message, which stays the caller's
     * @param end the publisher's end; if it is closed meanwhile, the wait ends with an exception
     * @param nanos the time limit for all of them together, since the message was begun
     * @return what became of it
     * @throws DestinationKindException if the destination is a queue
     * @throws IpcException if it failed for all subscribers, for the reason of the first
     */
    public Outcome publish(EncodedMessage message, SharedEnd end, long nanos) throws InterruptedException {
        members.refresh();
        List<Member> all = members.current();
        if (all.isEmpty()) {
            members.ensureKind();
            return new Outcome(0, 0);
        }
        Round round = new Round(message, new WaitLimit(message.begun(), nanos, end), share(all.size()));
        try {
            List<Member> late = null;
            for (Member member : all) {
                if (!round.trySend(member)) {
                    late = late == null ? new ArrayList<>() : late;
                    late.add(member);
                }
            }
            if (late != null) {
                round.finish(late);
            }
        } finally {
            reached.add(round.reached);
            dropped.add(round.dropped);
        }
        return round.outcome();
    }

    private static int share(int subscribers) {
        return Math.max(1, MOST_DESCRIPTORS / subscribers);
    }

    /** The way of one message to all subscribers. Used by one thread. */
    private final class Round {

        private final EncodedMessage message;
        private final WaitLimit limit;
        private final WaitLimit now = WaitLimit.of(0);
        private final int share;
        private int reached;
        private int dropped;
        private @Nullable IpcException failure;

        Round(EncodedMessage message, WaitLimit limit, int share) {
            this.message = message;
            this.limit = limit;
            this.share = share;
        }

        /** Sends it without waiting. Returns whether the member is done with: it was reached, has ended, or it has failed. */
        boolean trySend(Member member) throws InterruptedException {
            try {
                return trySend(member, now);
            } catch (DescriptorLimitException _) {
                return false;
            } catch (DisconnectedException _) {
                return true;
            } catch (IpcException e) {
                failed(member, e);
                return true;
            }
        }

        private boolean trySend(Member member, WaitLimit room) throws InterruptedException {
            if (member.hasEnded()) {
                return true;
            }
            Target target = member.target();
            if (target == null || !hasShare(target) || !take(target)) {
                return false;
            }
            if (!sending.deliver(message, null, target, room)) {
                return false;
            }
            reached++;
            return true;
        }

        /** A subscriber that has lost a message on arrival has been told of it already. */
        private boolean take(Target target) {
            try {
                return target.take(message, sending.threshold()) != null;
            } catch (MessageException _) {
                return target.take(message, sending.threshold()) != null;
            }
        }

        private boolean hasShare(Target target) {
            int descriptors = target.isLocal() ? 0 : target.descriptors(message, sending.threshold());
            if (descriptors == 0) {
                return true;
            }
            long out = target.window().descriptorsOut();
            return out == 0 || out + descriptors <= share;
        }

        /** Waits for those that are late. Whatever happens, each that was not reached is told. */
        void finish(List<Member> late) throws InterruptedException {
            int done = 0;
            try {
                for (; done < late.size(); done++) {
                    finish(late.get(done));
                }
            } finally {
                Closing.each(late.subList(Math.min(late.size(), done), late.size()), this::drop);
            }
        }

        private void finish(Member member) throws InterruptedException {
            try {
                WaitLimit most = patience(member);
                while (!trySend(member, most)) {
                    if (!members.await(sending.poller(), most, () -> isReady(member))) {
                        // The last look, after the time is over.
                        if (!trySend(member, now)) {
                            member.fallBehind();
                            drop(member);
                        }
                        return;
                    }
                    sending.ensureOpen();
                }
            } catch (DisconnectedException _) {
                // It has ended, and is no subscriber any more.
            } catch (IpcException e) {
                failed(member, e);
            }
        }

        private WaitLimit patience(Member member) {
            if (member.isBehind()) {
                return now;
            }
            if (!member.entry().dropping()) {
                return limit;
            }
            return member.target() == null ? limit.atMost(ANSWER_NANOS) : now;
        }

        private boolean isReady(Member member) {
            Target target = member.target();
            return member.hasEnded() || (target != null && member.room() > 0 && hasShare(target));
        }

        private void failed(Member member, IpcException e) {
            if (failure == null) {
                failure = e;
            }
            drop(member);
        }

        private void drop(Member member) {
            dropped++;
            member.miss();
        }

        Outcome outcome() {
            IpcException first = failure;
            if (first != null && reached == 0) {
                throw first;
            }
            if (first != null) {
                reports.failed(first);
            }
            return new Outcome(reached, dropped);
        }
    }

    /** Takes leave of all subscribers. Never waits. Idempotent. */
    @Override
    public void close() {
        members.close();
    }
}
