package io.resourcelink.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.Turns.Turn;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.wire.Nanos;
import io.resourcelink.internal.wire.Poller;
import io.resourcelink.internal.wire.ReceivedMessage;
import io.resourcelink.internal.work.Closing;

/*
 * A member is queued at most once, when its inbox has something new. The thread that takes it from the queue looks into the
 * inbox, and queues the member again, at the end, if there is more. The inbox calls after its lock is free, so the two locks are
 * never taken in the opposite order. A call that is too early, or has no reason, costs one look.
 */

/**
 * Receivers that a program waits for together. They may belong to several channels and have different types. Members take turns,
 * so that none starves.
 *
 * <p>Thread-safe. Each event goes to one of the threads that select. A receiver that is added belongs to the set from then on: the
 * set closes it when its senders are gone, and when the set is closed. The set waits as a receiver does. For receivers of several
 * channels a thread never reads the sockets itself.
 */
public final class ReceiverSet implements AutoCloseable {

    private final Turns turns = new Turns();
    private final ReentrantLock lock = turns.lock;
    private final Map<Long, Member> members = new HashMap<>();
    private long next = 1;
    private boolean closed;

    /** Makes an empty set. */
    public ReceiverSet() {}

    /**
     * What has happened to a member: a message has arrived, a message failed, or the member is closed.
     *
     * @param member the number of the member, as {@link #add} has returned it
     * @param message a message that has arrived, with what it carries, for the caller; {@code null} otherwise
     * @param failure the reason why a message could not be decoded, or was lost on arrival; {@code null} otherwise. Other messages
     * may follow.
     */
    public record Event(long member, @Nullable Object message, @Nullable IpcException failure) {

        /**
         * {@return whether no more messages will arrive, because the last sender is gone or the receiver was closed} It is not a
         * member any more.
         */
        public boolean isClosed() {
            return message == null && failure == null;
        }
    }

    private static final class Member {

        private final SubReceiver<?> receiver;
        private final Turn turn;
        private volatile boolean discarding;

        Member(SubReceiver<?> receiver, Turn turn) {
            this.receiver = receiver;
            this.turn = turn;
        }
    }

    /**
     * What was taken from a member.
     *
     * @param member the number of the member
     * @param message a message that is not decoded, the caller's to open or discard; {@code null} if the member is closed
     */
    record Taken(long member, SubReceiver<?> receiver, @Nullable ReceivedMessage message) {}

    /**
     * Adds a receiver, also while other threads select. Messages that have arrived already are selected as well.
     *
     * @param receiver the receiver, which belongs to the set from now on
     * @return its number in events; this set does not use the number again
     * @throws IllegalStateException if this set or the receiver is closed, or it is in a set already
     */
    public long add(SubReceiver<?> receiver) {
        if (receiver.isClosed()) {
            throw new IllegalStateException("The receiver is closed.");
        }
        Member member;
        lock.lock();
        try {
            ensureOpen();
            Turn turn = turns.add(next++, members.size() + 1);
            member = new Member(receiver, turn);
            members.put(turn.member(), member);
        } finally {
            lock.unlock();
        }
        try {
            receiver.inbox().observe(member.turn);
        } catch (RuntimeException e) {
            forget(member);
            throw e;
        }
        member.turn.run();
        return member.turn.member();
    }

    /**
     * Waits for an event.
     *
     * @return the event
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this set is closed, also while the call waits
     */
    public Event select() throws InterruptedException {
        Event event = select(Long.MAX_VALUE);
        if (event == null) {
            throw new AssertionError("There was no time limit.");
        }
        return event;
    }

    /**
     * Waits for an event, or gives up after a time.
     *
     * @param timeout how long to wait
     * @return the event, or nothing if the time is over
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this set is closed, also while the call waits
     */
    public Optional<Event> select(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(select(Nanos.of(timeout)));
    }

    /**
     * Returns an event that has happened already, without waiting.
     *
     * @return the event, or nothing
     * @throws IllegalStateException if this set is closed
     */
    public Optional<Event> trySelect() {
        if (!isReady()) {
            pollers().forEach(poller -> poller.pollNow(this::isReady));
        }
        return Optional.ofNullable(opened(next()));
    }

    private @Nullable Event select(long nanos) throws InterruptedException {
        return opened(take(nanos));
    }

    /**
     * Waits for a member that has something new, and decodes nothing.
     *
     * @param nanos how long to wait, {@link Long#MAX_VALUE} for no limit
     * @return what was taken from it, {@code null} if the time is over
     */
    @Nullable
    Taken take(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (;;) {
            Taken taken = next();
            if (taken != null) {
                return taken;
            }
            long left = Nanos.left(start, nanos);
            if (left <= 0 || !await(left)) {
                return null;
            }
        }
    }

    private @Nullable Taken next() {
        for (;;) {
            Member member = takeReady();
            if (member == null) {
                return null;
            }
            ReceivedMessage message;
            try {
                message = member.receiver.inbox().poll();
            } catch (DisconnectedException | IllegalStateException _) {
                if (!forget(member)) {
                    continue;
                }
                member.receiver.close();
                return new Taken(member.turn.member(), member.receiver, null);
            } catch (Throwable e) {
                // For instance, there is no heap. There may be more in the inbox.
                member.turn.run();
                throw e;
            }
            if (message != null && member.discarding) {
                member.turn.run();
                message.discard();
            } else if (message != null) {
                if (member.receiver.inbox().isReady()) {
                    member.turn.run();
                }
                return new Taken(member.turn.member(), member.receiver, message);
            }
        }
    }

    private static @Nullable Event opened(@Nullable Taken taken) {
        if (taken == null) {
            return null;
        }
        ReceivedMessage message = taken.message();
        try {
            return new Event(taken.member(), message == null ? null : taken.receiver().open(message), null);
        } catch (IpcException e) {
            return new Event(taken.member(), null, e);
        }
    }

    private @Nullable Member takeReady() {
        lock.lock();
        try {
            ensureOpen();
            Turn turn = turns.take();
            return turn == null ? null : members.get(turn.member());
        } finally {
            lock.unlock();
        }
    }

    private boolean await(long nanos) throws InterruptedException {
        Set<Poller> pollers = pollers();
        if (pollers.size() == 1) {
            return pollers.iterator().next().await(lock, turns.changed, this::isReady, nanos);
        }
        pollers.forEach(Poller::enter);
        try {
            pollers.forEach(Poller::callUnlessLed);
            return awaitReady(nanos);
        } finally {
            pollers.forEach(Poller::leave);
        }
    }

    private boolean awaitReady(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!isReady()) {
                if (left <= 0) {
                    return false;
                }
                left = turns.changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isReady() {
        lock.lock();
        try {
            return closed || !turns.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private Set<Poller> pollers() {
        Set<Poller> pollers = Collections.newSetFromMap(new IdentityHashMap<>());
        lock.lock();
        try {
            members.values().forEach(member -> pollers.add(member.receiver.poller()));
        } finally {
            lock.unlock();
        }
        return pollers;
    }

    /** Has all further messages of a member discarded without decoding them. */
    void discardFrom(long number) {
        lock.lock();
        try {
            Member member = members.get(number);
            if (member != null) {
                member.discarding = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends a membership. Returns whether it was one: of several threads, only one is told. */
    private boolean forget(Member member) {
        lock.lock();
        try {
            members.remove(member.turn.member());
            return member.turn.end();
        } finally {
            lock.unlock();
        }
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("The receiver set is closed.");
        }
    }

    /** {@return how many members there are} */
    public int size() {
        lock.lock();
        try {
            return members.size();
        } finally {
            lock.unlock();
        }
    }

    /** Closes all members. Never waits. Idempotent. */
    @Override
    public void close() {
        List<Member> all;
        lock.lock();
        try {
            closed = true;
            all = new ArrayList<>(members.values());
            all.forEach(member -> member.turn.end());
            members.clear();
            turns.changed.signalAll();
        } finally {
            lock.unlock();
        }
        Closing.each(all, member -> member.receiver.close());
    }
}
