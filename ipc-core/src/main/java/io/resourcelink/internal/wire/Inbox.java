package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.work.Closing;

/*
 * An inbox is open while it has sources. A source can send, or can become something that can send. There are four kinds: the
 * senders of this channel, which are one source together; the senders of another channel, one source for each channel that
 * was granted; tickets; and a server that waits. A source is always added before the source that it follows from is
 * removed. So the count reaches zero only when nothing is left, and stays there, because only a source can make another
 * one, whatever a peer may say.
 *
 * Every change under the lock ends with a look at the observer, under the same lock. The observer is called after the lock is
 * free.
 */

/** The messages that have arrived for a receiver and were not received yet. Thread-safe. */
public final class Inbox {

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();

    private final long subchannel;
    private final Allowance credits;
    private final Fifo<ReceivedMessage> messages = new Fifo<>();
    private final Set<Source> remote = new HashSet<>();
    private int sources;
    private boolean over;
    private boolean closed;
    private @Nullable Runnable observer;

    /** The senders of one other channel. */
    interface Source {

        /** The receiver was closed: tells the senders. */
        void receiverClosed();
    }

    Inbox(long subchannel, Allowance credits) {
        this.subchannel = subchannel;
        this.credits = credits;
    }

    /** {@return the number of the subchannel} */
    public long subchannel() {
        return subchannel;
    }

    Allowance credits() {
        return credits;
    }

    /** {@return whether one more source was counted; not if the inbox is closed or has ended} */
    boolean addSource() {
        lock.lock();
        try {
            if (closed || over) {
                return false;
            }
            sources++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Removes a source. After the last one, nothing more arrives. */
    void removeSource() {
        Runnable told;
        lock.lock();
        try {
            if (--sources > 0) {
                return;
            }
            over = true;
            changed.signalAll();
            told = observer;
        } finally {
            lock.unlock();
        }
        tell(told);
    }

    /** The same as {@link #addSource()}, for senders that are told when the receiver is closed. */
    boolean addSource(Source source) {
        lock.lock();
        try {
            if (closed || over) {
                return false;
            }
            sources++;
            remote.add(source);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void remove(Source source) {
        lock.lock();
        try {
            remote.remove(source);
        } finally {
            lock.unlock();
        }
        removeSource();
    }

    /** {@return whether the message was taken in; if not, the receiver is closed, and the caller discards the message} */
    boolean put(ReceivedMessage message) {
        Runnable told;
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            messages.add(message);
            changed.signal();
            told = observer;
        } finally {
            lock.unlock();
        }
        tell(told);
        return true;
    }

    /**
     * Takes the next message.
     *
     * @return the message, {@code null} if there is none at the moment
     * @throws DisconnectedException if there is none and no source is left
     * @throws IllegalStateException if the receiver is closed
     */
    public @Nullable ReceivedMessage poll() {
        ReceivedMessage message;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The receiver is closed.");
            }
            message = messages.poll();
            if (message == null && over) {
                throw new DisconnectedException("Subchannel " + subchannel, "its last sender was closed, or the process"
                        + " of the last sender has ended. Close this receiver.");
            }
        } finally {
            lock.unlock();
        }
        if (message != null) {
            message.taken();
        }
        return message;
    }

    /** {@return whether {@link #poll} has a message or an exception} */
    public boolean isReady() {
        lock.lock();
        try {
            return !messages.isEmpty() || over || closed;
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether the receiver was closed} */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** {@return how many messages have arrived and were not received yet} */
    public int size() {
        lock.lock();
        try {
            return messages.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sets the observer, which is called whenever {@link #poll} may have something new. It is called by any thread and must
     * return soon.
     *
     * @throws IllegalStateException if there is an observer already
     */
    public void observe(Runnable whenReady) {
        lock.lock();
        try {
            if (observer != null) {
                throw new IllegalStateException("The receiver is in a set, or on a router, already.");
            }
            observer = whenReady;
        } finally {
            lock.unlock();
        }
    }

    private static void tell(@Nullable Runnable observer) {
        if (observer != null) {
            observer.run();
        }
    }

    /** Takes nothing in from now on, tells the senders and discards what was not received. Idempotent. */
    void close() {
        List<ReceivedMessage> discarded;
        List<Source> senders;
        Runnable told;
        Closing closing = new Closing();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            discarded = new ArrayList<>(messages.size());
            senders = new ArrayList<>(remote);
            closed = true;
            for (ReceivedMessage message = messages.poll(); message != null; message = messages.poll()) {
                discarded.add(message);
            }
            remote.clear();
            changed.signalAll();
            told = observer;
        } finally {
            lock.unlock();
        }
        senders.forEach(source -> closing.run(source::receiverClosed));
        discarded.forEach(message -> closing.run(message::discard));
        closing.run(() -> tell(told));
        closing.end();
    }
}
