package io.resourcelink.channel;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.OpenFile;

/** Where the senders of this channel send to: counted, because the other end is told when the last one is closed. */
sealed interface Target permits LocalTarget, RemoteTarget, Target.Gone {

    /** Counts one more sender, if there is one. */
    boolean tryJoin();

    /** Counts one sender less. Never waits. */
    void leave();

    /** What may be sent at the moment. */
    Window window();

    /**
     * Sends a message for which there is room in the window.
     *
     * @return whether there was room in the socket in time
     * @throws DisconnectedException if the other end is gone
     */
    boolean send(Packing packing, long nanos) throws InterruptedException;

    /** Whether a message is handed over as it is, without leaving the process. */
    default boolean isLocal() {
        return false;
    }

    /** A sender on its way to another process: what is said of it, and the descriptor that rides along. */
    record Ticketed(Frame.Entry.Sender entry, List<OpenFile> descriptor) implements AutoCloseable {

        @Override
        public void close() {
            descriptor.forEach(OpenFile::close);
        }
    }

    /**
     * Issues a ticket for one more sender.
     *
     * @return the ticket, or {@code null} if there was no room in the socket in time
     */
    @Nullable
    Ticketed ticket(long nanos) throws InterruptedException;

    /** A receiver that was gone already when its sender came here. */
    record Gone(Frame.Entry.Sender entry, Window window) implements Target {

        @Override
        public boolean tryJoin() {
            return true;
        }

        @Override
        public void leave() {}

        @Override
        public boolean send(Packing packing, long nanos) {
            window.ensureAlive();
            return true;
        }

        @Override
        public Ticketed ticket(long nanos) {
            return new Ticketed(new Frame.Entry.Sender(false, entry.subchannel(), 0, entry.address()), List.of());
        }
    }
}
