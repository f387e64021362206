package io.resourcelink.internal.wire;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

/*
 * No message waits here: it waits at its sender, who holds it, until a consumer has credit for it. So there is nothing that could be lost
 * between the two. A consumer that dies is a receiver that dies: its connection reports what it had not answered.
 */

/** The consumers of a destination that compete for its messages, as one sender of this channel sees them. Thread-safe. */
final class Queue implements Target {

    /** How often consumers that have come are looked for while others have room, and while none has. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Members members;
    private final Window window;
    private volatile long looked;
    private int senders = 1;
    private final AtomicInteger turn = new AtomicInteger();

    /** Takes members over, with one sender counted. */
    Queue(Members members) {
        this.members = members;
        window = new Window("Queue \"" + members.destination() + "\"");
        looked = System.nanoTime();
    }

    @Override
    public synchronized boolean tryJoin() {
        if (senders > 0) {
            senders++;
        }
        return senders > 0;
    }

    @Override
    public void leave() {
        boolean last;
        synchronized (this) {
            last = --senders == 0;
        }
        if (last) {
            members.close();
        }
    }

    @Override
    public String peer() {
        return "a consumer of \"" + members.destination() + "\"";
    }

    @Override
    public long process() {
        Member most = most();
        Target target = most == null ? null : most.target();
        return target == null ? 0 : target.process();
    }

    /** A window of its own, which no consumer gives credit for: it tells only that there is no consumer any more. */
    @Override
    public Window window() {
        return window;
    }

    /** The bytes of a message must not change: a consumer may be in this process. */
    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public boolean isOneOfSeveral() {
        return true;
    }

    @Override
    public @Nullable Target take(EncodedMessage message, int threshold) {
        look();
        for (int tries = members.current().size(); tries > 0; tries--) {
            Member most = most();
            Target target = most == null ? null : most.target();
            if (target == null && members.current().stream().noneMatch(Member::hasEnded)) {
                return null;
            }
            if (target == null) {
                refresh();
                continue;
            }
            try {
                Target taker = target.take(message, threshold);
                if (taker != null) {
                    return taker;
                }
            } catch (DisconnectedException _) {
                refresh();
            }
        }
        return null;
    }

    /** Looks for consumers, at once if there is none. */
    private void look() {
        if (members.current().isEmpty() || isDue()) {
            refresh();
        }
    }

    private void refresh() {
        members.refresh();
        looked = System.nanoTime();
        if (members.current().isEmpty()) {
            throw new DisconnectedException("Queue \"" + members.destination() + "\"",
                    "no process serves it any more. Another process may take over.");
        }
    }

    private boolean isDue() {
        return System.nanoTime() - looked >= LOOK_NANOS;
    }

    /** {@return the consumer with most credit left, {@code null} if none has any} Among equals each has its turn. */
    private @Nullable Member most() {
        List<Member> all = members.current();
        Member most = null;
        int room = 0;
        int first = all.isEmpty() ? 0 : Math.floorMod(turn.getAndIncrement(), all.size());
        for (int i = 0; i < all.size(); i++) {
            Member member = all.get((first + i) % all.size());
            int left = member.room();
            if (left > room) {
                room = left;
                most = member;
            }
        }
        return most;
    }

    /** No consumer tells that it has come, so the wait is in pieces. */
    @Override
    public boolean awaitRoom(Poller poller, WaitLimit limit, Line.Place place) throws InterruptedException {
        if (limit.isOver()) {
            return false;
        }
        members.await(poller, limit.atMost(LOOK_NANOS), () -> place.isAdmitted() && isReady());
        return true;
    }

    @Override
    public void wakeWaiting() {
        if (isReady()) {
            members.wake();
        }
    }

    private boolean isReady() {
        List<Member> all = members.current();
        for (Member member : all) {
            if (member.room() > 0 || member.hasEnded()) {
                return true;
            }
        }
        return all.isEmpty();
    }

    /** Waits until a consumer has answered. Returns whether one has; not if the time is over, or none is left. */
    boolean awaitFirst(Poller poller, WaitLimit limit) throws InterruptedException {
        for (;;) {
            members.refresh();
            if (members.current().isEmpty()) {
                return false;
            }
            if (hasAnswer() || limit.isOver()) {
                return hasAnswer();
            }
            members.await(poller, limit.atMost(LOOK_NANOS), () -> hasAnswer() || isReady());
        }
    }

    private boolean hasAnswer() {
        return members.current().stream().anyMatch(member -> member.target() != null && !member.hasEnded());
    }

    @Override
    public boolean send(EncodedMessage message, @Nullable PendingRequest request, WaitLimit limit) {
        throw new IllegalStateException("A queue sends through one of its consumers.");
    }

    @Override
    public void cancel(long number) {
        // A request is cancelled at the consumer that it was sent to.
    }

    @Override
    public TicketedSender ticket(WaitLimit limit) {
        throw new MessageException("A sender to the queue \"" + members.destination() + "\" cannot travel in a message."
                + " Send the name of the destination instead.", null);
    }
}
