package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * A receiver that was gone when its sender arrived in this channel.
 *
 * @param entry what the message has said about the sender
 * @param window a window that has ended
 */
record GoneTarget(Frame.Entry.Sender entry, Window window) implements Target {

    /** Creates the target of a sender that came too late. */
    static GoneTarget of(Frame.Entry.Sender entry) {
        Window window = new Window("The receiver");
        window.end("it was closed, or its process has ended, before this sender arrived. Close the sender.");
        return new GoneTarget(entry, window);
    }

    @Override
    public boolean tryJoin() {
        return true;
    }

    @Override
    public void leave() {}

    @Override
    public long process() {
        return 0;
    }

    @Override
    public String peer() {
        return "a process that is gone";
    }

    @Override
    public boolean send(EncodedMessage message, @Nullable PendingRequest request, WaitLimit limit) {
        window.ensureAlive();
        return true;
    }

    @Override
    public void cancel(long number) {}

    @Override
    public TicketedSender ticket(WaitLimit limit) {
        return TicketedSender.dead(entry.subchannel(), entry.address());
    }
}
