package io.resourcelink.channel;

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
 * Open while it has sources: something that can still send, or can become something that can. There are four kinds: the
 * senders of this channel (one source, whatever their number), the senders of each other channel (one for each that was
 * granted), tickets, and a one-shot server that nobody has connected to. A source is always added before the one that it
 * follows from is removed, so that the count reaches zero only when nothing is left; then it stays there, because only
 * what can send can make more of its kind, whatever a peer may say.
 */

/** What has come for a receiver and was not received yet. Thread-safe. */
final class Inbox {

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();

    private final long subchannel;
    private final Credits credits;
    private final Fifo<Parcel> parcels = new Fifo<>();
    private final Set<Source> remote = new HashSet<>();
    private int sources;
    private boolean over;
    private boolean closed;
    private @Nullable Runnable observer;

    Inbox(long subchannel, Credits credits) {
        this.subchannel = subchannel;
        this.credits = credits;
    }

    long subchannel() {
        return subchannel;
    }

    Credits credits() {
        return credits;
    }

    /** Counts one more source, unless this is closed. */
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

    void removeSource() {
        lock.lock();
        try {
            if (--sources > 0) {
                return;
            }
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        notifyObserver();
    }

    /** Counts one more sender of another channel, unless this is closed. */
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

    /** Takes a parcel in, or answers {@code false}: then nobody receives any more, and it is the caller's to discard. */
    boolean put(Parcel parcel) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            parcels.add(parcel);
            changed.signal();
        } finally {
            lock.unlock();
        }
        notifyObserver();
        return true;
    }

    /** The next parcel, or {@code null} if there is none at the moment. */
    @Nullable
    Parcel poll() {
        Parcel parcel;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The receiver is closed.");
            }
            parcel = parcels.poll();
            if (parcel == null && over) {
                throw new DisconnectedException("Subchannel " + subchannel, "its last sender was closed, or the process"
                        + " that had it has ended. Close this receiver.");
            }
        } finally {
            lock.unlock();
        }
        if (parcel != null) {
            parcel.received();
        }
        return parcel;
    }

    /** Whether {@link #poll} has something to say. */
    boolean isReady() {
        lock.lock();
        try {
            return !parcels.isEmpty() || over || closed;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return parcels.size();
        } finally {
            lock.unlock();
        }
    }

    /** Has somebody called, on any thread and soon to return, whenever {@link #poll} may have something new to say. */
    void observe(@Nullable Runnable whenReady) {
        lock.lock();
        try {
            if (whenReady != null && observer != null) {
                throw new IllegalStateException("The receiver is in a set, or on a router, already.");
            }
            observer = whenReady;
        } finally {
            lock.unlock();
        }
    }

    private void notifyObserver() {
        Runnable told;
        lock.lock();
        try {
            told = observer;
        } finally {
            lock.unlock();
        }
        if (told != null) {
            told.run();
        }
    }

    /** Refuses everything from now on, tells the senders, and discards what was not received. Idempotent. */
    void close() {
        List<Parcel> discarded;
        List<Source> told;
        Closing closing = new Closing();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            discarded = new ArrayList<>(parcels.size());
            told = new ArrayList<>(remote);
            closed = true;
            for (Parcel parcel = parcels.poll(); parcel != null; parcel = parcels.poll()) {
                discarded.add(parcel);
            }
            remote.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        told.forEach(source -> closing.run(source::close));
        discarded.forEach(parcel -> closing.run(parcel::discard));
        closing.run(this::notifyObserver);
        closing.end();
    }
}
