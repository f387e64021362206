package io.resourcelink.internal.wire;

import java.util.function.LongConsumer;

/**
 * The senders that another channel has to one subchannel: how many were granted, and how much of what they sent was not
 * received yet. Thread-safe.
 */
final class RemoteSource implements Inbox.Source {

    private final Connection connection;
    private final Inbox inbox;
    private final LongConsumer forget;
    private int grants;
    private boolean over;
    private long messages;
    private long bytes;
    private long descriptors;
    private int dueMessages;
    private long dueBytes;
    private int dueDescriptors;

    /**
     * Creates a source without a sender.
     *
     * @param forget told of the subchannel's number when the receiver is closed
     */
    RemoteSource(Connection connection, Inbox inbox, LongConsumer forget) {
        this.connection = connection;
        this.inbox = inbox;
        this.forget = forget;
    }

    Inbox inbox() {
        return inbox;
    }

    /** {@return the process of the other channel, for people} */
    String peer() {
        return connection.peer();
    }

    synchronized void grant() {
        grants++;
    }

    /** Takes grants back. Returns how many are left, a negative number if there were not so many. */
    synchronized int release(int count) {
        grants -= count;
        over = grants <= 0;
        return grants;
    }

    /** Takes all grants back. */
    synchronized void releaseAll() {
        over = true;
    }

    /** Counts a message that has arrived. Returns whether there was credit for it. */
    synchronized boolean arrived(long messageBytes, int messageDescriptors) {
        Allowance most = inbox.credits();
        if (messages >= most.messages() || bytes >= most.bytes() || descriptors >= most.descriptors()) {
            return false;
        }
        messages++;
        bytes += messageBytes;
        descriptors += messageDescriptors;
        return true;
    }

    /**
     * Counts a message that was received. Gives credit back when half of all credit is due: one frame for many messages. A
     * sender without credit has more than half of it outstanding, so it never waits for a frame that is never sent.
     */
    void received(long messageBytes, int messageDescriptors) {
        synchronized (this) {
            messages--;
            bytes -= messageBytes;
            descriptors -= messageDescriptors;
            dueMessages++;
            dueBytes += messageBytes;
            dueDescriptors += messageDescriptors;
            Allowance most = inbox.credits();
            boolean due = isHalf(dueMessages, most.messages()) || isHalf(dueBytes, most.bytes())
                    || isHalf(dueDescriptors, most.descriptors());
            if (over || !due) {
                return;
            }
            // Posted under the monitor: after a release, this credit would be taken for credit of the next grant.
            postCredit();
            dueMessages = 0;
            dueBytes = 0;
            dueDescriptors = 0;
        }
    }

    /** Must not fail, because the message was received. If it does, the connection is ended: the peer would wait for ever. */
    private void postCredit() {
        try {
            connection.post(new Frame.Credit(inbox.subchannel(),
                    new Allowance(dueMessages, dueBytes, dueDescriptors)));
        } catch (RuntimeException | Error _) {
            connection.shutdown();
        }
    }

    private static boolean isHalf(long part, long whole) {
        return part >= whole - part;
    }

    @Override
    public void receiverClosed() {
        releaseAll();
        forget.accept(inbox.subchannel());
        connection.post(new Frame.Closed(inbox.subchannel(), 0));
    }
}
