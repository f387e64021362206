package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

/**
 * How much may be sent to a receiver at the moment. It is closed until credits are granted, and ends for good when the
 * receiver is gone. Thread-safe.
 */
public final class Window {

    /** Why a receiver that stops takes no more messages. */
    static final String STOPPING = "its receiver is stopping, and takes no more messages. Another process may take over.";

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();

    private final String subject;
    private final Line line = new Line();
    private Allowance most = new Allowance(0, 0, 0);
    private boolean granted;
    private long messages;
    private long bytes;
    private long descriptors;
    private @Nullable String end;
    private @Nullable String undelivered;
    private volatile List<Runnable> observers = List.of();

    /**
     * Creates a window that is closed.
     *
     * @param subject the receiver, for messages of exceptions
     */
    Window(String subject) {
        this.subject = subject;
    }

    /** {@return the calls that wait for room} */
    Line line() {
        return line;
    }

    /** Has the threads that wait for room look again. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Opens the window, unless it is open already. */
    void grant(Allowance credits) {
        lock.lock();
        try {
            if (granted) {
                return;
            }
            granted = true;
            most = credits;
            widen(credits.messages(), credits.bytes(), credits.descriptors());
        } finally {
            lock.unlock();
        }
        tell();
    }

    /** Has something run whenever more may be sent, or nothing any more. It must return soon, and takes no lock of this window. */
    void observe(Runnable observer) {
        lock.lock();
        try {
            List<Runnable> more = new ArrayList<>(observers);
            more.add(observer);
            observers = List.copyOf(more);
        } finally {
            lock.unlock();
        }
    }

    /** Ends what {@link #observe} has begun. */
    void forget(Runnable observer) {
        lock.lock();
        try {
            List<Runnable> fewer = new ArrayList<>(observers);
            fewer.remove(observer);
            observers = List.copyOf(fewer);
        } finally {
            lock.unlock();
        }
    }

    /** Without the lock: an observer has a lock of its own, which others hold while they look at this window. */
    private void tell() {
        observers.forEach(Runnable::run);
    }

    /** Widens the window by what the receiver has taken, at most to what was granted at first. */
    void add(long moreMessages, long moreBytes, long moreDescriptors) {
        lock.lock();
        try {
            widen(moreMessages, moreBytes, moreDescriptors);
        } finally {
            lock.unlock();
        }
        tell();
    }

    private void widen(long moreMessages, long moreBytes, long moreDescriptors) {
        messages = sum(messages, moreMessages, most.messages());
        bytes = sum(bytes, moreBytes, most.bytes());
        descriptors = sum(descriptors, moreDescriptors, most.descriptors());
        changed.signalAll();
    }

    private static long sum(long left, long more, long most) {
        return left > most - more ? most : left + more;
    }

    /** Ends the window for good. The first reason stays. */
    void end(String why) {
        lock.lock();
        try {
            if (end == null) {
                end = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        tell();
    }

    /** Keeps the reason why a message was lost; the next send throws it. */
    void reportUndelivered(String why) {
        lock.lock();
        try {
            undelivered = why;
        } finally {
            lock.unlock();
        }
    }

    boolean hasEnded() {
        lock.lock();
        try {
            return end != null;
        } finally {
            lock.unlock();
        }
    }

    boolean isGranted() {
        lock.lock();
        try {
            return granted;
        } finally {
            lock.unlock();
        }
    }

    boolean isGrantedOrEnded() {
        return isGranted() || hasEnded();
    }

    /** {@return whether a message can be sent now, or none ever can} */
    boolean isReady() {
        lock.lock();
        try {
            return end != null || hasRoom();
        } finally {
            lock.unlock();
        }
    }

    /** {@return how many messages may be sent now; 0 if it has ended, or if bytes or descriptors are used up} */
    int room() {
        lock.lock();
        try {
            return end == null && hasRoom() ? (int) Math.min(messages, Integer.MAX_VALUE) : 0;
        } finally {
            lock.unlock();
        }
    }

    /** {@return how many descriptors were sent and not given back} */
    long descriptorsOut() {
        lock.lock();
        try {
            return most.descriptors() - descriptors;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom() {
        return messages > 0 && bytes > 0 && descriptors > 0;
    }

    /**
     * Takes room for a message.
     *
     * @return whether there was room
     * @throws MessageException if an earlier message was lost
     * @throws DisconnectedException if the window has ended
     */
    boolean tryTake(long messageBytes, int messageDescriptors) {
        lock.lock();
        try {
            ensureAlive();
            String lost = undelivered;
            if (lost != null) {
                undelivered = null;
                throw new MessageException(lost, null);
            }
            if (!hasRoom()) {
                return false;
            }
            messages--;
            bytes -= messageBytes;
            descriptors -= messageDescriptors;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Throws {@link DisconnectedException} if the window has ended. */
    void ensureAlive() {
        lock.lock();
        try {
            if (end != null) {
                throw new DisconnectedException(subject, end);
            }
        } finally {
            lock.unlock();
        }
    }
}
