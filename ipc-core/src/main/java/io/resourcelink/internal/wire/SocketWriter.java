package io.resourcelink.internal.wire;

import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.resourcelink.error.DescriptorLimitException;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.PacketSocket.Sent;
import io.resourcelink.internal.work.Closing;

/*
 * Any thread writes, under the lock. There are two ways:
 *
 *   send   messages and tickets: waits for room; nothing is sent while it waits
 *   post   frames that must never wait (credits, ends, answers): if there is no room, the frame is kept, and sent before
 *          anything else as soon as there is room. While MAX_KEPT frames wait for a peer that does not read its answers,
 *          the peer is not read either. Only receiving sides do that. The sending side always reads its answers, so the two
 *          sides never wait for each other.
 *
 * A draft that may wait is only put into the packet, behind others that wait there. The leader sends them before it sleeps, unless many
 * more come at this moment (Batch). A thread that puts in the last one that fits sends them itself, and whatever does not wait is sent in
 * the same packet, behind them. So the order is always the same. While the socket has no room, no more of them are put in.
 *
 * Only the leader closes the descriptor, under the lock. No thread reads or writes then, so the number of the descriptor cannot
 * mean another file. Other threads shut the socket down, and the leader finds the end.
 */

/** The writing half of a connection, which closes the socket as well. Thread-safe. */
final class SocketWriter {

    /** How many frames wait for a peer before the peer is not read any more. */
    private static final int MAX_KEPT = 1024;

    /** How long to wait before it is tried again to send descriptors, of which too many are in sockets. */
    private static final long PAUSE_NANOS = 2_000_000;

    /** Frames other than messages, replies and failures are shorter. */
    private static final int MAX_PLAIN = 64;

    /** Posted frames are shorter: failures of requests are the longest. */
    private static final int LONGEST_POSTED = Frame.MAX_HEADERS + MAX_PLAIN;

    /** Why nothing can be sent any more, if nothing more is known. */
    static final String ENDED = "its process has ended, or has closed its channel.";

    /** How often in a row the system may refuse to send for lack of memory before the connection is given up. */
    private static final int MAX_REFUSED = 16;

    private final ConnectionResources resources;
    private final PacketSocket socket;
    private final long key;
    private final String peer;
    private final boolean pauses;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Fifo<Frame> kept = new Fifo<>();
    private final Packet packet = new Packet();
    /** Made before the heap runs out. */
    private final AutoCloseable givingUp = this::giveUp;
    private final Watchlist.Task flushing = this::flushWaiting;
    private final Batch waiting = new Batch(Batch.LONGEST);
    /** Whether the leader will flush. */
    private boolean scheduled;
    private boolean full;
    private int refused;
    private volatile boolean paused;
    private volatile boolean givenUp;
    private volatile boolean ended;

    /**
     * Creates the writer of a socket.
     *
     * @param key the key under which the socket is watched
     * @param peer the process at the other end, for people
     * @param pauses whether the peer is read only as long as it reads what is posted
     */
    SocketWriter(ConnectionResources resources, PacketSocket socket, long key, String peer, boolean pauses) {
        this.resources = resources;
        this.socket = socket;
        this.key = key;
        this.peer = peer;
        this.pauses = pauses;
    }

    /**
     * Has the socket watched, and sends the greeting. Watched first, because the leader sends a greeting that the system refuses now.
     * Both happen under the lock, so that the leader answers nothing before the greeting.
     *
     * @param greeting the greeting
     */
    void greet(Watchlist.Watched connection, Frame.Hello greeting) {
        lock.lock();
        try {
            resources.watchlist().add(socket.file(), key, connection);
            post(greeting);
        } finally {
            lock.unlock();
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** {@return whether it has ended, or is about to, because this side has given it up} */
    boolean isGivenUp() {
        return ended || givenUp;
    }

    /** If the socket cannot be shut down now, the channel's upkeep does it: nothing else ends the waits for this connection. */
    private void giveUp() {
        givenUp = true;
        try {
            socket.shutdown();
        } finally {
            resources.poller().lookAfterSoon();
        }
    }

    /** {@return whether the peer is not to be read, because it does not read what is posted} */
    boolean isPaused() {
        return paused;
    }

    /**
     * Sends a frame, after those that were posted before.
     *
     * @param limit how long to wait for room
     * @return whether there was room in time
     * @throws DisconnectedException if the connection has ended
     */
    boolean send(Draft draft, List<OpenFile> descriptors, WaitLimit limit) throws InterruptedException {
        for (;;) {
            Sent sent = trySend(draft, descriptors);
            if (sent == Sent.CROWDED) {
                awaitReaders(limit);
            } else if (sent != Sent.FULL) {
                return true;
            } else if (!limit.await(resources.poller(), lock, changed, this::hasRoom)) {
                return false;
            }
        }
    }

    /** The kernel does not tell when other processes have read descriptors of this user. */
    private void awaitReaders(WaitLimit limit) throws InterruptedException {
        if (limit.isOver()) {
            throw new DescriptorLimitException(peer);
        }
        limit.atMost(PAUSE_NANOS).await(resources.poller(), lock, changed, this::hasEnded);
    }

    private Sent trySend(Draft draft, List<OpenFile> descriptors) {
        lock.lock();
        try {
            if (ended) {
                throw new DisconnectedException("The connection to " + peer, ENDED);
            }
            return full ? Sent.FULL : write(draft, descriptors);
        } finally {
            lock.unlock();
        }
    }

    private Sent write(Draft draft, List<OpenFile> descriptors) {
        if (!waiting.isEmpty() && !descriptors.isEmpty() && !writes(waiting.end())) {
            return Sent.FULL;
        }
        boolean written = false;
        try {
            int end = FrameEncoder.encode(draft.frame(), packet.data(), FrameLayout.aligned(waiting.end()));
            int next = FrameLayout.aligned(end);
            Frame rider = next + MAX_PLAIN <= Packet.MAX_SIZE ? draft.rider() : null;
            if (rider != null) {
                end = FrameEncoder.encode(rider, packet.data(), next);
            }
            Sent sent = draft.mayWait() ? await(end) : write(end, descriptors);
            written = sent == Sent.DONE || sent == Sent.ENDED;
            return sent;
        } finally {
            if (!written) {
                draft.notWritten();
            }
        }
    }

    /** Has the frame wait that ends there, or sends it with the others if they are enough. */
    private Sent await(int end) {
        if (end < Batch.MOST) {
            if (!scheduled) {
                resources.poller().runSoon(flushing);
                scheduled = true;
            }
            waiting.add(end);
        } else if (!writes(end)) {
            waiting.add(end);
        }
        return Sent.DONE;
    }

    /** Writes what waits. If that fails, the connection ends: the other side would wait for ever for what was accepted here. */
    private boolean writes(int end) {
        try {
            return tryWrite(end);
        } catch (Throwable e) {
            Closing.undo(e, givingUp);
            throw e;
        }
    }

    /** Sends what waits, if there is room. Returns whether it is better done in a moment, and has not been done for that. */
    private boolean flushWaiting(boolean mayWait) {
        lock.lock();
        try {
            scheduled = mayWait && waiting.isStream();
            if (!scheduled && !waiting.isEmpty() && !full && !isGivenUp()) {
                writes(waiting.end());
            }
            return scheduled;
        } finally {
            lock.unlock();
        }
    }

    /** Sends what waits, and waits for room for it. Called before the leader is stopped. Returns whether all of it was sent. */
    boolean flushAtLast(WaitLimit limit) {
        flushWaiting(false);
        boolean flushed = hasFlushed() || awaitFlushed(limit);
        if (!flushed) {
            resources.failures().report("sending what waited when it was closed", new DisconnectedException(
                    "The connection to " + peer,
                    "it has not read what was sent before, so messages that waited are lost."));
        }
        return flushed;
    }

    /** The leader, in a listener, must not wait, and a thread that is interrupted does not. */
    private boolean awaitFlushed(WaitLimit limit) {
        try {
            return resources.poller().mayWait() && limit.await(resources.poller(), lock, changed, this::hasFlushed);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return hasFlushed();
        }
    }

    private boolean hasFlushed() {
        lock.lock();
        try {
            return waiting.isEmpty() || isGivenUp();
        } finally {
            lock.unlock();
        }
    }

    /** Runs something while no frame is written. It may post frames. */
    void exclusively(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom() {
        lock.lock();
        try {
            return ended || !full;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a frame as soon as possible, without waiting. A frame that the system refuses to send is kept and sent later. If it cannot
     * be kept either, the connection ends: the other side would wait for ever for what it says.
     */
    void post(Frame frame) {
        lock.lock();
        try {
            if (!isGivenUp()
                    && (full || !tryWrite(
                            FrameEncoder.encode(frame, packet.data(), FrameLayout.aligned(waiting.end()))))) {
                kept.add(frame);
                if (!paused && kept.size() >= MAX_KEPT && pauses) {
                    paused = true;
                    resources.watchlist().change(socket.file(), key, false, true);
                }
            }
        } catch (Throwable e) {
            Closing.undo(e, givingUp);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private Sent write(int length, List<OpenFile> descriptors) {
        Sent sent = socket.send(packet, length, descriptors);
        if (sent == Sent.FULL) {
            waitForRoom();
        } else {
            waiting.clear();
        }
        if (sent == Sent.ENDED) {
            // Both sides find the end when they read, whatever the reason is.
            giveUp();
        }
        return sent;
    }

    /** Writes frames that nobody waits for. If the system refuses it for lack of memory, the leader tries again, a few times. */
    private boolean tryWrite(int length) {
        try {
            boolean written = write(length, List.of()) != Sent.FULL;
            refused = 0;
            return written;
        } catch (OsException e) {
            if (++refused > MAX_REFUSED) {
                throw e;
            }
            waitForRoom();
            return false;
        }
    }

    private void waitForRoom() {
        full = true;
        try {
            resources.watchlist().change(socket.file(), key, !paused, true);
        } catch (Throwable e) {
            // The leader would never learn that there is room.
            Closing.undo(e, givingUp);
            throw e;
        }
    }

    /** Sends what was kept. Called by the leader when there is room. */
    void flush() {
        lock.lock();
        try {
            full = false;
            if (!waiting.isEmpty()) {
                writes(waiting.end());
            }
            while (!full && !kept.isEmpty()) {
                int frames = 0;
                int end = 0;
                while (frames < kept.size() && FrameLayout.aligned(end) + LONGEST_POSTED <= Packet.MAX_SIZE) {
                    end = FrameEncoder.encode(kept.get(frames++), packet.data(), FrameLayout.aligned(end));
                }
                if (tryWrite(end)) {
                    kept.remove(frames);
                }
            }
            if (!full) {
                paused = false;
                resources.watchlist().change(socket.file(), key, true, false);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the connection from this side. Frames that were sent still reach the peer. The leader closes the socket. */
    void shutdown() {
        lock.lock();
        try {
            if (!ended) {
                giveUp();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the socket. Called by the leader, or after its last turn. Each step is done even if an earlier one fails, and the next
     * call repeats it.
     */
    void end() {
        lock.lock();
        try (packet; socket) {
            ended = true;
            changed.signalAll();
            resources.watchlist().remove(socket.file(), key);
        } finally {
            lock.unlock();
        }
    }
}
