package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.wire.SettledNumbers.Range;
import io.resourcelink.internal.work.Closing;

/*
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
    private final Sources sources = new Sources();
    private int unfinished;
    private long expired;
    private volatile long maxAge;
    private final LongAdder missed = new LongAdder();
    /** Written under the lock. */
    private volatile boolean closed;
    private @Nullable Remainder remainder;
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
        return locked(() -> !closed && sources.add());
    }

    /** Removes a source. After the last one, nothing more arrives. */
    void removeSource() {
        boolean removed;
        lock.lock();
        try {
            removed = sources.remove();
        } finally {
            lock.unlock();
        }
        if (removed) {
            changed();
        }
    }

    /**
     * Counts the senders of another channel as a source, unless they are counted. From now on they are told when the receiver stops and
     * when it is closed. Those that were told of the stop, and have not answered yet, are still counted: one more of them may have been
     * sending already.
     *
     * @return whether they are counted; not if the inbox is closed, has ended, or takes nothing from them any more
     */
    boolean addSource(Source source) {
        return locked(() -> !closed && sources.add(source));
    }

    /** Removes the senders of another channel, if they are counted. They may be counted again, as long as this is open. */
    void removeSource(Source source) {
        try {
            stopped(source);
        } finally {
            if (locked(() -> sources.discount(source))) {
                removeSource();
            }
        }
    }

    /** Forgets senders that can't be told anything any more, except what they have sent and is not handled. */
    void forget(Source source) {
        lock.lock();
        try {
            if (!closed) {
                sources.forget(source);
            }
        } finally {
            lock.unlock();
            // Whatever fails: the receiver, or a drain, waits for it.
            removeSource(source);
        }
    }

    /** {@return whether it takes no new senders} */
    boolean isStopping() {
        return locked(sources::areStopping);
    }

    /** Sets the age from which on messages are dropped, in nanoseconds, 0 for none. */
    public void setMaxAge(long nanos) {
        maxAge = nanos;
    }

    /** {@return how many messages were dropped because they were too old} */
    public long expired() {
        return locked(() -> expired);
    }

    /** Counts messages that were not sent, because there was no room for them here. */
    void miss(long count) {
        missed.add(count);
    }

    /** {@return how many messages were not sent, because there was no room for them here} */
    public long missed() {
        return missed.sum();
    }

    /** {@return whether the message was taken in; if not, the receiver is closed, and the caller discards the message} */
    boolean put(ReceivedMessage message) {
        return put(message.source(), () -> message);
    }

    /** The same, with a message that is made under the lock, and only if it is taken in. */
    boolean put(Source source, Supplier<ReceivedMessage> message) {
        Runnable told;
        lock.lock();
        try {
            if (closed || !sources.maySend(source)) {
                return false;
            }
            messages.reserve(1);
            messages.add(message.get());
            unfinished++;
            if (sources.areStopping()) {
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
        if (sources.areOver()) {
            throw new DisconnectedException("Subchannel " + subchannel, "its last sender was closed, or the process"
                    + " of the last sender has ended. Close this receiver.");
        }
        if (sources.haveStopped()) {
            throw new DisconnectedException("Subchannel " + subchannel, "it was stopped, and everything that was sent"
                    + " before has been received.");
        }
    }

    /** Says that a message was handled, and that its memory is free. */
    @Override
    public void finished(Source source) {
        lock.lock();
        try {
            unfinished--;
            sources.handled(source);
            if (sources.areStopping()) {
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
            if (sources.areStopping() || closed) {
                return;
            }
            senders = sources.stop();
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
            last = sources.stopped(source);
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
        return locked(() -> closed || ((sources.areOver() || sources.haveStopped()) && unfinished == 0));
    }

    /** {@return whether {@link #poll} has a message or an exception} */
    public boolean isReady() {
        lock.lock();
        try {
            return !messages.isEmpty() || closed || sources.areOver() || sources.haveStopped();
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether the receiver was closed} */
    boolean isClosed() {
        return closed;
    }

    /** {@return how many messages have arrived and were not received yet} */
    public int size() {
        return locked(messages::size);
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

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
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
     * @return what was left, also if an earlier call has closed it
     */
    Remainder close(Source local, boolean abandon) {
        Closing closing = new Closing();
        Map<Source, List<Range>> unhandled = new LinkedHashMap<>();
        List<ReceivedMessage> discarded;
        Remainder left;
        lock.lock();
        try {
            if (remainder != null) {
                return remainder;
            }
            // What needs memory comes first.
            sources.all().forEach(source -> unhandled.put(source, List.of()));
            unhandled.put(local, List.of());
            discarded = new ArrayList<>(messages.size());
            left = new Remainder(new ArrayList<>(), new ArrayList<>());
            remainder = left;
            closed = true;
            for (ReceivedMessage message = messages.poll(); message != null; message = messages.poll()) {
                discarded.add(message);
            }
            noteLeft(unhandled, discarded, abandon, left, closing);
            sources.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (Map.Entry<Source, List<Range>> sender : unhandled.entrySet()) {
            try {
                sender.getKey().receiverClosed(sender.getValue());
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
        return left;
    }

    /** If it cannot be said which messages were not handled, their senders find out what was not settled. */
    private void noteLeft(Map<Source, List<Range>> unhandled, List<ReceivedMessage> discarded, boolean abandon,
            Remainder left, Closing closing) {
        for (Map.Entry<Source, List<Range>> sender : unhandled.entrySet()) {
            try {
                Source source = sender.getKey();
                sender.setValue(abandon ? source.giveUp() : Unhandled.numbers(discarded, source));
                left.add(source, sender.getValue(), sources.isAwaited(source));
            } catch (Throwable e) {
                closing.failed(e);
            }
        }
    }
}
