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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;

/*
 * A member is queued at most once, when its inbox has something new to say; whoever takes it from the queue asks the inbox,
 * and queues it again, at the end, if there is more. The inbox calls after its lock is free, so the locks never nest the other
 * way round. A call that comes too early, or for nothing, costs one look.
 */

/**
 * Receivers that are waited for together: of one channel or of several, of the same type or not. Members take turns, so
 * none starves.
 *
 * <p>Thread-safe: each event goes to one of those who select. Receivers that are added are the set's from then on: it
 * closes them when their senders are gone, and when it is closed itself. It waits as a receiver does; for receivers of
 * several channels a thread never reads the sockets itself.
 */
public final class ReceiverSet implements AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, Member> members = new HashMap<>();
    private final Fifo<Member> ready = new Fifo<>();
    private long next = 1;
    private boolean closed;

    /** Makes an empty set. */
    public ReceiverSet() {}

    /** Something that has happened to a member. */
    public sealed interface Event {

        /** {@return whose} */
        long member();

        /**
         * A message has come.
         *
         * @param member whose, as {@link #add} has said
         * @param message the message, and what it carries, for the caller
         */
        record Message(long member, Object message) implements Event {}

        /**
         * A message has come to nothing. Others may follow.
         *
         * @param member whose
         * @param failure why
         */
        record Failed(long member, IpcException failure) implements Event {}

        /**
         * Nothing more will come: the last sender is gone, or the receiver was closed. It is no member any more.
         *
         * @param member whose
         */
        record Closed(long member) implements Event {}
    }

    private static final class Member {

        private final long number;
        private final SubReceiver<?> receiver;
        private boolean queued;
        private volatile boolean discarding;

        Member(long number, SubReceiver<?> receiver) {
            this.number = number;
            this.receiver = receiver;
        }
    }

    /**
     * Adds a receiver, also while somebody selects. What has come already is selected, too.
     *
     * @param receiver the receiver, which becomes the set's
     * @return the number by which events call it, never used again
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
            member = new Member(next++, receiver);
            members.put(member.number, member);
        } finally {
            lock.unlock();
        }
        try {
            receiver.inbox().observe(() -> queue(member));
        } catch (RuntimeException e) {
            forget(member);
            throw e;
        }
        queue(member);
        return member.number;
    }

    private void queue(Member member) {
        lock.lock();
        try {
            if (!member.queued && members.containsKey(member.number)) {
                ready.add(member);
                member.queued = true;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for an event.
     *
     * @return what has happened
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this set is closed, be it meanwhile
     */
    public Event select() throws InterruptedException {
        Event event = select(Long.MAX_VALUE);
        if (event == null) {
            throw new AssertionError("For ever is over.");
        }
        return event;
    }

    /**
     * Waits for an event, no longer than a given time.
     *
     * @param timeout how long to wait
     * @return what has happened, or nothing if the time is over
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this set is closed, be it meanwhile
     */
    public Optional<Event> select(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(select(Nanos.of(timeout)));
    }

    /**
     * Answers what has happened already.
     *
     * @return what has happened, or nothing
     * @throws IllegalStateException if this set is closed
     */
    public Optional<Event> trySelect() {
        if (!isReady()) {
            pollers().forEach(poller -> poller.pollNow(this::isReady));
        }
        return Optional.ofNullable(next());
    }

    private @Nullable Event select(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (;;) {
            Event event = next();
            if (event != null) {
                return event;
            }
            long left = RemoteTarget.left(start, nanos);
            if (left <= 0 || !await(left)) {
                return null;
            }
        }
    }

    private @Nullable Event next() {
        for (;;) {
            Member member = takeReady();
            if (member == null) {
                return null;
            }
            Parcel parcel;
            try {
                parcel = member.receiver.inbox().poll();
            } catch (DisconnectedException | IllegalStateException _) {
                if (!forget(member)) {
                    continue;
                }
                member.receiver.close();
                return new Event.Closed(member.number);
            }
            if (parcel != null && member.discarding) {
                parcel.discard();
                queue(member);
            } else if (parcel != null) {
                if (member.receiver.inbox().isReady()) {
                    queue(member);
                }
                try {
                    return new Event.Message(member.number, member.receiver.open(parcel));
                } catch (IpcException e) {
                    return new Event.Failed(member.number, e);
                }
            }
        }
    }

    private @Nullable Member takeReady() {
        lock.lock();
        try {
            ensureOpen();
            for (;;) {
                Member member = ready.poll();
                if (member == null || members.containsKey(member.number)) {
                    if (member != null) {
                        member.queued = false;
                    }
                    return member;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean await(long nanos) throws InterruptedException {
        Set<Poller> pollers = pollers();
        if (pollers.size() == 1) {
            return pollers.iterator().next().await(lock, changed, this::isReady, nanos);
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
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isReady() {
        lock.lock();
        try {
            return closed || !ready.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private Set<Poller> pollers() {
        Set<Poller> pollers = Collections.newSetFromMap(new IdentityHashMap<>());
        lock.lock();
        try {
            members.values().forEach(member -> pollers.add(member.receiver.hub().poller()));
        } finally {
            lock.unlock();
        }
        return pollers;
    }

    /** Has everything discarded from now on that comes for a member, without decoding it. */
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

    /** Ends a membership; answers whether it was one, which only one of those is told who find out. */
    private boolean forget(Member member) {
        lock.lock();
        try {
            return members.remove(member.number) != null;
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
            members.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        all.forEach(member -> member.receiver.close());
    }
}
