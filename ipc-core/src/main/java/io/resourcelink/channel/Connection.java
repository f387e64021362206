package io.resourcelink.channel;

import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.PacketSocket.Sent;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.work.Closing;

/*
 * Reading is the leader's; writing is done by whoever has the lock. Two ways to write:
 *
 *   send   messages and tickets: waits for room, and while it waits nothing was sent
 *   post   what must never wait (credits, ends, answers): kept here if there is no room, and sent before anything else as
 *          soon as there is. A peer that sends and does not read its answers is not
 *          read itself while MAX_KEPT wait for it. Only receiving sides do that: the sending side always reads its
 *          answers, so the two never wait for each other.
 *
 * The descriptor is closed by the leader only, under the lock: nobody reads or writes then, so that its number cannot mean
 * another file. Others shut the connection down, which the leader finds.
 */

/** A connection between two channels. Thread-safe. */
final class Connection implements Poller.Watched {

    /** Packets read in one turn, so that no peer keeps the leader from the others. */
    private static final int BURST = 64;

    /** Frames that wait for a peer to read, before it is not read any more. */
    private static final int MAX_KEPT = 1024;

    /** How often in a row the system may refuse to send or receive, for lack of memory, before the connection is given up. */
    private static final int MAX_REFUSED = 16;

    private final Poller poller;
    private final PacketSocket socket;
    private final Packet incoming;
    private final Role role;
    private final String peer;
    private final ReentrantLock writing = new ReentrantLock();
    private final Condition changed = writing.newCondition();
    private final Fifo<Frame> kept = new Fifo<>();
    private final Packet outgoing = new Packet();
    private boolean full;
    private int refused;
    private int notReceived;
    private boolean paused;
    private volatile boolean ended;
    private volatile boolean greeted;
    private final long key;
    private final StrangeFiles.Sender sender;

    /** What a connection is for. Called by the leader. */
    interface Role {

        /**
         * A frame has come.
         *
         * @param descriptors what came with it; whoever is called closes them
         * @param lacksDescriptors whether some were lost because this process has no room for them
         */
        void received(Frame frame, List<OpenFile> descriptors, boolean lacksDescriptors) throws Frame.Malformed;

        /** Whether the peer is read only as long as it reads what is said to it. */
        boolean pauses();

        /** The connection is over, and everything that came on it was received. */
        void ended(@Nullable IpcException failure);
    }

    /**
     * @param peer who is at the other end
     * @param incoming where packets are received; the leader's
     * @param strange where descriptors are closed that the peer should not have sent
     */
    Connection(Poller poller, PacketSocket socket, PacketSocket.Peer peer, Packet incoming, StrangeFiles strange,
            Role role) {
        this.poller = poller;
        this.socket = socket;
        this.incoming = incoming;
        this.role = role;
        this.peer = "process " + peer.process();
        this.key = poller.newKey();
        this.sender = strange.from(this::shutdown);
    }

    /**
     * Begins: greets, and has everything read that comes. Watched first, because a greeting that the system refuses is sent when
     * the leader finds room; under the lock, so that the leader answers nothing before it.
     */
    void open() {
        try {
            writing.lock();
            try {
                poller.add(socket.file(), key, this);
                post(new Frame.Hello(Frame.VERSION));
            } finally {
                writing.unlock();
            }
        } catch (RuntimeException | Error e) {
            end(null);
            throw e;
        }
    }

    String peer() {
        return peer;
    }

    /** Whether the other side's greeting has come. */
    boolean hasGreeted() {
        return greeted;
    }

    boolean hasEnded() {
        return ended;
    }

    /**
     * Sends a frame, in its turn.
     *
     * @param nanos how long to wait for room, {@link Long#MAX_VALUE} for ever
     * @return whether there was room in time
     * @throws DisconnectedException if the connection is over
     */
    boolean send(Frame frame, List<OpenFile> descriptors, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        while (!trySend(frame, descriptors)) {
            long left = nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
            if (left <= 0 || !poller.await(writing, changed, this::hasRoom, left)) {
                return false;
            }
        }
        return true;
    }

    private boolean trySend(Frame frame, List<OpenFile> descriptors) {
        writing.lock();
        try {
            if (ended) {
                throw new DisconnectedException("The connection to " + peer, "it was closed there.");
            }
            return !full && write(frame, descriptors);
        } finally {
            writing.unlock();
        }
    }

    private boolean hasRoom() {
        writing.lock();
        try {
            return ended || !full;
        } finally {
            writing.unlock();
        }
    }

    /** Sends a frame as soon as possible, without waiting. A frame that the system refuses to send is kept and sent later. */
    void post(Frame frame) {
        writing.lock();
        try {
            if (!ended && (full || !tryWrite(frame))) {
                kept.add(frame);
                if (!paused && kept.size() >= MAX_KEPT && role.pauses()) {
                    paused = true;
                    poller.change(socket.file(), key, false, true);
                }
            }
        } finally {
            writing.unlock();
        }
    }

    private boolean write(Frame frame, List<OpenFile> descriptors) {
        Sent sent = socket.send(outgoing, frame.encode(outgoing.data()), descriptors);
        if (sent == Sent.FULL) {
            waitForRoom();
        } else if (sent == Sent.ENDED) {
            // Both sides find the end when they read, whatever made the system say so.
            socket.shutdown();
        }
        return sent != Sent.FULL;
    }

    /** Writes what nobody waits for. If the system refuses it, for lack of memory, the leader tries again, a few times. */
    private boolean tryWrite(Frame frame) {
        try {
            boolean written = write(frame, List.of());
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
            poller.change(socket.file(), key, !paused, true);
        } catch (RuntimeException | Error e) {
            // Nobody would ever be told of room.
            socket.shutdown();
            throw e;
        }
    }

    @Override
    public void ready(boolean readable, boolean writable, BooleanSupplier enough) {
        try {
            if (writable) {
                flush();
            }
            if (readable) {
                read(enough);
            }
        } catch (Frame.Malformed e) {
            fail(new ProtocolException(peer, e.found(), e.expected()));
        } catch (IpcException e) {
            fail(e);
        } catch (Throwable e) {
            end(new DisconnectedException("The connection to " + peer, "this process failed to serve it: " + e + "."));
            throw e;
        }
    }

    private void flush() {
        writing.lock();
        try {
            full = false;
            for (Frame next = kept.peek(); !full && next != null; next = kept.peek()) {
                if (tryWrite(next)) {
                    kept.poll();
                }
            }
            if (!full) {
                paused = false;
                poller.change(socket.file(), key, true, false);
                changed.signalAll();
            }
        } finally {
            writing.unlock();
        }
    }

    private void read(BooleanSupplier enough) throws Frame.Malformed {
        for (int i = 0; i < BURST && !ended; i++) {
            switch (received()) {
                case Received.Nothing _ -> {
                    return;
                }
                case Received.Ended _ -> end(null);
                case Received.Arrived arrived -> {
                    receive(arrived);
                    if (enough.getAsBoolean()) {
                        return;
                    }
                }
            }
        }
    }

    /** What the system refuses to hand over, for lack of memory, stays in the socket for the next turn, a few times. */
    private Received received() {
        try {
            Received received = socket.receive(incoming, sender);
            notReceived = 0;
            return received;
        } catch (OsException e) {
            if (++notReceived > MAX_REFUSED) {
                throw e;
            }
            return new Received.Nothing();
        }
    }

    private void receive(Received.Arrived arrived) throws Frame.Malformed {
        Frame frame;
        try {
            if (arrived.tooLong()) {
                throw new Frame.Malformed("a packet of more than " + Packet.MAX_SIZE + " bytes", "at most so many");
            }
            frame = Frame.decode(incoming.data(), arrived.length());
            ensureGreeted(frame);
        } catch (Throwable e) {
            arrived.descriptors().forEach(OpenFile::close);
            throw e;
        }
        switch (frame) {
            case Frame.Hello _ -> arrived.descriptors().forEach(OpenFile::close);
            case Frame.Failure(String text) -> {
                arrived.descriptors().forEach(OpenFile::close);
                end(new ProtocolException(peer, "that it gave up: " + text.replaceAll("\\p{Cntrl}", "?"), "to go on"));
            }
            default -> role.received(frame, arrived.descriptors(), arrived.lacksDescriptors());
        }
    }

    private void ensureGreeted(Frame frame) throws Frame.Malformed {
        if (frame instanceof Frame.Hello(int version)) {
            if (greeted || version != Frame.VERSION) {
                throw new Frame.Malformed("a greeting in version " + version + (greeted ? " amid the talk" : ""),
                        "one greeting, in version " + Frame.VERSION);
            }
            greeted = true;
        } else if (!greeted) {
            throw new Frame.Malformed("a first frame that is no greeting", "a greeting");
        }
    }

    /** Gives the connection up, and tells the other side why. Called by the leader. */
    private void fail(IpcException failure) {
        String text = failure.getMessage();
        try {
            post(new Frame.Failure(text == null ? failure.getClass().getSimpleName() : text));
        } finally {
            end(failure);
        }
    }

    /** Ends the connection from this side: what was posted is on its way, and nothing more will come. */
    void shutdown() {
        writing.lock();
        try {
            if (!ended) {
                socket.shutdown();
            }
        } finally {
            writing.unlock();
        }
    }

    /** Closes the connection. Called by the leader, or when there is none any more. Idempotent. */
    void end(@Nullable IpcException failure) {
        Closing closing = new Closing();
        writing.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            changed.signalAll();
            closing.run(() -> poller.remove(socket.file(), key));
            closing.run(socket::close);
            closing.run(outgoing::close);
        } finally {
            writing.unlock();
        }
        closing.run(() -> role.ended(failure));
        closing.end();
    }
}
