package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.wire.SettledNumbers.Range;
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
public final class Inbox implements Source.Receiver {

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();

    private final long subchannel;
    private final Allowance credits;
    private final Fifo<ReceivedMessage> messages = new Fifo<>();
    private final Set<Source> remote = new HashSet<>();
    private final Set<Source> counted = new HashSet<>();
    private final Set<Source> awaited = new HashSet<>();
    private final Set<Source> gone = new HashSet<>();
    private int sources;
    private int unfinished;
    private long expired;
    private volatile long maxAge;
    private boolean over;
    private boolean stopping;
    private boolean closed;
    private @Nullable Runnable observer;

    Inbox(long subchannel, Allowance credits) {
        this.subchannel = subchannel;
        this.credits = credits;
    }

    /** {@return the number of the subchannel} */
    @Override
    public long subchannel() {
        return subchannel;
    }

    @Override
    public Allowance credits() {
        return credits;
    }

    /** {@return whether one more source was counted; not if the inbox is closed or has ended} */
    boolean addSource() {
        lock.lock();
        try {
            if (closed || over || stopping) {
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
        lock.lock();
        try {
            if (--sources > 0) {
                return;
            }
            over = true;
        } finally {
            lock.unlock();
        }
        changed();
    }

    /**
     * Counts the senders of another channel as a source, unless they are counted. From now on they are told when the receiver stops and
     * when it is closed. Those that were told of the stop, and have not answered yet, are still counted: one more of them may have been
     * sending already.
     *
     * @return whether they are counted; not if the inbox is closed, has ended, or takes nothing from them any more
     */
    boolean addSource(Source source) {
        lock.lock();
        try {
            if (counted.contains(source)) {
                return true;
            }
            if (closed || over || (stopping && (!remote.contains(source) || source.hasStopped()))) {
                return false;
            }
            if (stopping) {
                awaited.add(source);
            }
            remote.add(source);
            counted.add(source);
            sources++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Removes the senders of another channel, if they are counted. They may be counted again, as long as this is open. */
    void removeSource(Source source) {
        try {
            stopped(source);
        } finally {
            if (discount(source)) {
                removeSource();
            }
        }
    }

    private boolean discount(Source source) {
        lock.lock();
        try {
            return counted.remove(source);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets senders that can't be told anything any more, except what they have sent and is not handled. */
    void forget(Source source) {
        lock.lock();
        try {
            remote.remove(source);
            if (!closed && !source.isSettled()) {
                gone.add(source);
            }
        } finally {
            lock.unlock();
            // Whatever fails: the receiver, or a drain, waits for it.
            removeSource(source);
        }
    }

    /** {@return whether it takes no new senders} */
    boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /** Sets the age from which on messages are dropped, in nanoseconds, 0 for none. */
    public void setMaxAge(long nanos) {
        maxAge = nanos;
    }

    /** {@return how many messages were dropped because they were too old} */
    public long expired() {
        lock.lock();
        try {
            return expired;
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether the message was taken in; if not, the receiver is closed, and the caller discards the message} */
    boolean put(ReceivedMessage message) {
        Runnable told;
        lock.lock();
        try {
            if (closed || over || (stopping && !awaited.contains(message.source()))) {
                return false;
            }
            messages.add(message);
            unfinished++;
            if (stopping) {
                // A thread that drains waits here as well.
                changed.signalAll();
            } else {
                changed.signal();
            }
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
        for (;;) {
            ReceivedMessage message;
            lock.lock();
            try {
                if (closed) {
                    throw new IllegalStateException("The receiver is closed.");
                }
                message = messages.poll();
                if (message == null) {
                    ensureMoreComes();
                    return null;
                }
                if (message.isExpired(maxAge)) {
                    expired++;
                } else {
                    return message;
                }
            } finally {
                lock.unlock();
            }
            message.expire();
        }
    }

    private void ensureMoreComes() {
        if (over) {
            throw new DisconnectedException("Subchannel " + subchannel, "its last sender was closed, or the process"
                    + " of the last sender has ended. Close this receiver.");
        }
        if (hasStopped()) {
            throw new DisconnectedException("Subchannel " + subchannel, "it was stopped, and everything that was sent"
                    + " before has been received.");
        }
    }

    private boolean hasStopped() {
        return stopping && awaited.isEmpty();
    }

    /** Says that a message was handled, and that its memory is free. */
    @Override
    public void finished(Source source) {
        lock.lock();
        try {
            unfinished--;
            if (!gone.isEmpty() && source.isSettled()) {
                gone.remove(source);
            }
            if (stopping) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has all senders stop. Messages that they have sent before are still received. Never waits. Idempotent. */
    public void stop() {
        List<Source> senders;
        lock.lock();
        try {
            if (stopping || closed) {
                return;
            }
            // What needs memory comes first.
            senders = new ArrayList<>(remote);
            awaited.addAll(counted);
            stopping = true;
        } finally {
            lock.unlock();
        }
        Closing closing = new Closing();
        for (Source source : senders) {
            closing.run(() -> {
                if (!source.stop()) {
                    stopped(source);
                }
            });
        }
        changed();
        closing.end();
    }

    /** Says that no more messages come from a source, because it has answered to the stop or is gone. */
    @Override
    public void stopped(Source source) {
        boolean last;
        lock.lock();
        try {
            last = awaited.remove(source) && awaited.isEmpty();
        } finally {
            lock.unlock();
        }
        if (last) {
            changed();
        }
    }

    private void changed() {
        Runnable told;
        lock.lock();
        try {
            changed.signalAll();
            told = observer;
        } finally {
            lock.unlock();
        }
        tell(told);
    }

    /** {@return whether it was stopped, and everything that was sent before was handled} */
    public boolean isDrained() {
        lock.lock();
        try {
            return closed || ((over || hasStopped()) && unfinished == 0);
        } finally {
            lock.unlock();
        }
    }

    /** {@return the processes that have not answered to the stop, for people} */
    public List<String> silent() {
        lock.lock();
        try {
            return awaited.stream().map(Source::peer).toList();
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether {@link #poll} has a message or an exception} */
    public boolean isReady() {
        lock.lock();
        try {
            return !messages.isEmpty() || over || closed || hasStopped();
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

    /**
     * Takes nothing in from now on, tells the senders, and discards what was not received. Idempotent.
     *
     * @param local the senders of this channel
     * @param abandon whether messages that are being handled at the moment count as not handled
     * @return the messages that were not handled, by their senders
     */
    List<Unhandled> close(Source local, boolean abandon) {
        Closing closing = new Closing();
        List<Unhandled> all = new ArrayList<>();
        List<ReceivedMessage> discarded;
        Set<Source> senders;
        lock.lock();
        try {
            if (closed) {
                return List.of();
            }
            // What needs memory comes first.
            senders = new LinkedHashSet<>(remote);
            senders.addAll(gone);
            senders.add(local);
            discarded = new ArrayList<>(messages.size());
            closed = true;
            for (ReceivedMessage message = messages.poll(); message != null; message = messages.poll()) {
                discarded.add(message);
            }
            remote.clear();
            counted.clear();
            awaited.clear();
            gone.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (Source source : senders) {
            try {
                close(source, discarded, abandon, all);
            } catch (Throwable e) {
                closing.failed(e);
            }
        }
        for (ReceivedMessage message : discarded) {
            try {
                message.abandon();
            } catch (Throwable e) {
                closing.failed(e);
            }
        }
        closing.run(this::changed);
        closing.end();
        return all;
    }

    /** Tells senders. If it cannot be said which messages were not handled, they find out what was not settled. */
    private static void close(Source source, List<ReceivedMessage> discarded, boolean abandon, List<Unhandled> all) {
        List<Range> unhandled = List.of();
        try {
            unhandled = abandon ? source.giveUp() : Unhandled.numbers(discarded, source);
            for (Range range : unhandled) {
                all.add(new Unhandled(source.peer(), range.first(), range.last()));
            }
        } finally {
            source.receiverClosed(unhandled);
        }
    }
}
