package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Reason;

/** A connection between two channels. Only the leader reads; {@link SocketWriter} writes and closes. Thread-safe. */
final class Connection implements Watchlist.Tryable {

    /** How often in a row the system may refuse to receive for lack of memory before the connection is given up. */
    private static final int MAX_REFUSED = 16;

    private final ConnectionResources resources;
    private final PacketSocket socket;
    private final Role role;
    private final int process;
    private final String peer;
    private final StrangeFiles.Sender sender;
    private final SocketWriter writer;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final ReadBurst burst = new ReadBurst();
    private int refused;
    private volatile boolean greeted;
    private volatile PeerSide side = PeerSide.UNKNOWN;
    private volatile @Nullable IpcException failure;
    private volatile boolean closedHere;
    private volatile boolean over;

    /** What a connection is for. Called by the leader. */
    interface Role {

        /**
         * A frame has arrived.
         *
         * @param descriptors the descriptors that came with it; this method closes them
         * @param lacksDescriptors whether some were lost because this process has no room for them
         */
        void received(Frame frame, List<OpenFile> descriptors, boolean lacksDescriptors) throws Frame.Malformed;

        /** {@return whether the peer is read only as long as it reads its answers} */
        boolean pauses();

        /**
         * The connection has ended, because of a failure if there is one. Everything that arrived on it was received. Called again if
         * a step of the end has failed: what was told before must not be told twice.
         */
        void ended(@Nullable IpcException failure);

        /** Nothing is left of the connection, and all are told. Called once. */
        void closed(@Nullable IpcException failure);
    }

    /**
     * Makes a connection of a socket, which is the connection's from now on.
     *
     * @throws PermissionException if the user of the process at the other end is not trusted; the socket stays the caller's
     */
    Connection(ConnectionResources resources, PacketSocket socket, Role role) {
        PacketSocket.Peer other = socket.peer();
        if (!resources.trust().trusts(other.user())) {
            throw new PermissionException("process " + other.process(), "it runs as user "
                    + Integer.toUnsignedString(other.user()) + ", who is not trusted. A channel is for processes of its"
                    + " own user, of root and of trusted users (ipc.trusted-owners or"
                    + " Channel.builder().trustOwner(...)). Each side must trust the other's user.");
        }
        this.resources = resources;
        this.socket = socket;
        this.role = role;
        this.process = other.process();
        this.peer = "process " + process;
        this.sender = resources.strangeFiles().from(this::shutdown);
        this.writer = new SocketWriter(resources, socket, resources.watchlist().newKey(), peer, role.pauses());
    }

    /** Begins: sends the greeting, and has everything read that arrives. */
    void open() {
        boolean opened = false;
        try {
            writer.greet(this, Frame.Hello.ours(resources.links().directories(), resources.immutableMemoryOnly()));
            opened = true;
        } finally {
            if (!opened) {
                end(null);
            }
        }
    }

    /** {@return the number of the process at the other end} */
    int process() {
        return process;
    }

    /** {@return the process at the other end, for people} */
    String peer() {
        return peer;
    }

    /** {@return whether the other side's greeting has arrived} */
    boolean hasGreeted() {
        return greeted;
    }

    /** {@return what the other side has said of itself} Known before it grants a sender, and before it sends a message. */
    PeerSide side() {
        return side;
    }

    boolean hasEnded() {
        return writer.hasEnded();
    }

    /** {@return whether it has ended, or is about to: nothing new may begin on it} */
    boolean isGivenUp() {
        return writer.isGivenUp();
    }

    /** {@return the longest body that travels in a frame, in bytes} */
    int threshold() {
        return resources.threshold();
    }

    /** {@return whether messages that want no reply may wait in this process, for others to travel in the same packet} */
    boolean isBatching() {
        return resources.batching();
    }

    /** Sends what waits in this process, and waits for room for it; see {@link SocketWriter#flushAtLast}. */
    boolean flushAtLast(WaitLimit limit) {
        return writer.flushAtLast(limit);
    }

    /** {@return whether nothing happens on the channel, so that no upkeep follows soon} */
    boolean isResting() {
        return resources.poller().isResting();
    }

    /** {@return the clock by which both sides tell how old messages are} */
    HostClock clock() {
        return resources.clock();
    }

    /** {@return what is told of failures that concern no caller} */
    Failures failures() {
        return resources.failures();
    }

    /** Sends a frame; see {@link SocketWriter#send}. */
    boolean send(Draft draft, List<OpenFile> descriptors, WaitLimit limit) throws InterruptedException {
        return writer.send(draft, descriptors, limit);
    }

    /** Runs something while no frame is written; see {@link SocketWriter#exclusively}. */
    void exclusively(Runnable work) {
        writer.exclusively(work);
    }

    /** Sends a frame as soon as possible, without waiting. */
    void post(Frame frame) {
        writer.post(frame);
    }

    /** A peer that is not read is reported as readable only if the connection is at its end, which is behind what it has sent. */
    @Override
    public void ready(boolean readable, boolean writable, BooleanSupplier enough) {
        serve(readable, writable, true, enough);
    }

    @Override
    public boolean tryToRead(BooleanSupplier enough) {
        return serve(true, false, false, enough);
    }

    /**
     * Whatever goes wrong while it is served ends the connection: a packet may have been read in part.
     *
     * @param told whether the system has reported it
     * @return whether something was read
     */
    private boolean serve(boolean readable, boolean writable, boolean told, BooleanSupplier enough) {
        boolean served = false;
        IpcException why = null;
        try {
            if (writable) {
                writer.flush();
            }
            boolean some = readable && read(enough, told && writer.isPaused());
            served = true;
            return some;
        } catch (Frame.Malformed e) {
            why = new ProtocolException(peer, e.found(), e.expected());
            tell(why);
        } catch (IpcException e) {
            why = e;
            tell(why);
        } catch (Throwable e) {
            why = new DisconnectedException("The connection to " + peer,
                    "this process failed to serve it: " + Reason.described(e) + ".");
            throw e;
        } finally {
            if (!served) {
                end(why);
            }
        }
        return false;
    }

    private boolean read(BooleanSupplier enough, boolean toItsEnd) throws Frame.Malformed {
        boolean some = false;
        burst.begin(!enough.getAsBoolean());
        while (!hasEnded() && (toItsEnd || !writer.isPaused()) && burst.readsOn(enough)) {
            switch (received()) {
                case Received.Nothing _ -> {
                    if (some) {
                        burst.ranDry();
                    }
                    return some;
                }
                case Received.Ended _ -> end(null);
                case Received.Arrived arrived -> receive(arrived);
            }
            some = true;
        }
        return some;
    }

    /** If the system refuses to receive for lack of memory, the packet stays in the socket for the next turn, a few times. */
    private Received received() {
        try {
            Received received = socket.receive(resources.incoming(), sender);
            refused = 0;
            return received;
        } catch (OsException e) {
            if (++refused > MAX_REFUSED) {
                throw e;
            }
            return new Received.Nothing();
        }
    }

    /** Closes the descriptors that no frame has taken, if one of the frames was malformed or something else has failed. */
    private void receive(Received.Arrived arrived) throws Frame.Malformed {
        List<OpenFile> left = arrived.descriptors();
        try {
            receive(arrived, left);
        } finally {
            Closing.each(left, OpenFile::close);
        }
    }

    private void receive(Received.Arrived arrived, List<OpenFile> descriptors) throws Frame.Malformed {
        if (arrived.tooLong()) {
            throw new Frame.Malformed("a packet of more than " + Packet.MAX_SIZE + " bytes", "at most so many");
        }
        boolean lacks = arrived.lacksDescriptors();
        List<Frame> frames = FrameDecoder.decode(resources.incoming().data(), arrived.length());
        ensureComplete(frames, descriptors.size(), lacks);
        for (int i = 0; i < frames.size() && !hasEnded(); i++) {
            receive(frames.get(i), taken(frames.get(i).descriptors(), descriptors), lacks);
        }
    }

    private static void ensureComplete(List<Frame> frames, int descriptors, boolean lacks) throws Frame.Malformed {
        int expected = 0;
        for (Frame frame : frames) {
            expected += frame.descriptors();
        }
        if (lacks ? descriptors >= expected : descriptors != expected) {
            throw new Frame.Malformed(descriptors + " descriptors", String.valueOf(expected));
        }
    }

    /** Takes the descriptors of a frame, which are the next ones of the packet. */
    private static List<OpenFile> taken(int count, List<OpenFile> descriptors) {
        if (count == 0 || descriptors.isEmpty()) {
            return List.of();
        }
        List<OpenFile> next = descriptors.subList(0, Math.min(count, descriptors.size()));
        List<OpenFile> taken = new ArrayList<>(next);
        next.clear();
        return taken;
    }

    private void receive(Frame frame, List<OpenFile> descriptors, boolean lacks) throws Frame.Malformed {
        try {
            ensureGreeted(frame);
        } catch (Throwable e) {
            Closing.undo(e, () -> Closing.each(descriptors, OpenFile::close));
            throw e;
        }
        switch (frame) {
            case Frame.Hello _ -> {
            }
            case Frame.Failure(String text) -> end(new ProtocolException(peer,
                    "that it gave up: " + text.replaceAll("\\p{Cntrl}", "?"), "to go on"));
            default -> role.received(frame, descriptors, lacks && descriptors.size() < frame.descriptors());
        }
    }

    private void ensureGreeted(Frame frame) throws Frame.Malformed {
        if (frame instanceof Frame.Hello hello) {
            if (greeted || hello.version() != Frame.VERSION) {
                throw new Frame.Malformed(
                        "a greeting in version " + hello.version() + (greeted ? " amid the talk" : ""),
                        "one greeting, in version " + Frame.VERSION);
            }
            side = new PeerSide(hello.directories(), hello.immutableMemoryOnly());
            greeted = true;
        } else if (!greeted) {
            throw new Frame.Malformed("a first frame that is no greeting", "a greeting");
        }
    }

    /** Tells the other side why the connection ends. Called by the leader. */
    private void tell(IpcException why) {
        String text = why.getMessage();
        post(new Frame.Failure(text == null ? why.getClass().getSimpleName() : text));
    }

    /** Ends the connection from this side. Frames that were sent still reach the peer. The leader closes the socket. */
    void shutdown() {
        writer.shutdown();
    }

    /** Ends the connection from this side because of a failure, unless it has one already. */
    void giveUp(IpcException why) {
        if (failure == null) {
            failure = why;
        }
        shutdown();
    }

    /**
     * Closes the connection. Called by the leader, or after its last turn. If a step fails, the others are done all the same, and the
     * next call repeats it. Idempotent.
     *
     * @param why the reason, {@code null} if it is no failure; the first one stays
     */
    void end(@Nullable IpcException why) {
        if (over || !ending.compareAndSet(false, true)) {
            // Another call ends it at this moment, perhaps the one that has called a listener, which closes the channel.
            return;
        }
        try {
            if (!hasEnded() && failure == null) {
                failure = why;
            }
            try {
                writer.end();
            } finally {
                role.ended(failure);
            }
            over = true;
            role.closed(failure);
        } finally {
            ending.set(false);
        }
    }

    /** Closes the connection because this channel is closed; see {@link #end}. */
    void close() {
        closedHere = true;
        end(null);
    }

    /** {@return whether this side has closed it, before the other side did} */
    boolean isClosedHere() {
        return closedHere;
    }

    /** Does what a failure has left undone at the end of the connection. Called by the upkeep. */
    void endAgain() {
        if (hasEnded()) {
            end(null);
        } else if (isGivenUp()) {
            shutdown();
        }
    }
}
