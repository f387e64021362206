package io.resourcelink.channel;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

/**
 * What may be sent to a receiver at the moment. Nothing until it is granted, and nothing ever again once it has ended.
 * Thread-safe.
 */
final class Window {

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();

    private final String subject;
    private boolean granted;
    private long messages;
    private long bytes;
    private long descriptors;
    private @Nullable String end;
    private @Nullable String undelivered;

    /** A window of nothing yet. */
    Window(String subject) {
        this.subject = subject;
    }

    /** Opens the window, if it was not open already. */
    void grant(Credits credits) {
        lock.lock();
        try {
            if (!granted) {
                granted = true;
                add(credits.messages(), credits.bytes(), credits.descriptors());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Widens the window by what was received. */
    void add(long moreMessages, long moreBytes, long moreDescriptors) {
        lock.lock();
        try {
            messages += moreMessages;
            bytes += moreBytes;
            descriptors += moreDescriptors;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has those who wait look again. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends it for good. The first reason stays. */
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
    }

    /** Keeps that a message came to nothing, for the next one who sends. */
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

    /** Whether a message can be sent, or it is known that none ever can. */
    boolean isReady() {
        lock.lock();
        try {
            return end != null || hasRoom();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom() {
        return messages > 0 && bytes > 0 && descriptors > 0;
    }

    /** Takes room for a message. */
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

    /** Fails if this has ended. */
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
