package io.resourcelink.channel;

/**
 * The senders of one subchannel that another channel has: how many were granted, and what they have sent that was not
 * received yet. Thread-safe.
 */
final class Source {

    private final Inbound origin;
    private final Connection connection;
    private final Inbox inbox;
    private int grants;
    private boolean over;
    private long messages;
    private long bytes;
    private long descriptors;
    private int dueMessages;
    private long dueBytes;
    private int dueDescriptors;

    Source(Inbound origin, Inbox inbox) {
        this.origin = origin;
        this.connection = origin.connection();
        this.inbox = inbox;
    }

    Inbox inbox() {
        return inbox;
    }

    /** The process that has the other channel, as people read it. */
    String peer() {
        return connection.peer();
    }

    synchronized void grant() {
        grants++;
    }

    /** Takes grants back. Answers how many are left, negative if there never were so many. */
    synchronized int release(int count) {
        grants -= count;
        over = grants <= 0;
        return grants;
    }

    /** Takes all grants back. */
    synchronized void releaseAll() {
        over = true;
    }

    /** Counts a message that has come. Answers whether it was allowed to. */
    synchronized boolean arrived(long messageBytes, int messageDescriptors) {
        Credits most = inbox.credits();
        if (messages >= most.messages() || bytes >= most.bytes() || descriptors >= most.descriptors()) {
            return false;
        }
        messages++;
        bytes += messageBytes;
        descriptors += messageDescriptors;
        return true;
    }

    /**
     * Counts a message that was received, and gives credit back when half of what there was is due: a frame for many
     * messages. Who has no credit left has more than half outstanding, so it never waits for what is never sent.
     */
    void received(long messageBytes, int messageDescriptors) {
        synchronized (this) {
            messages--;
            bytes -= messageBytes;
            descriptors -= messageDescriptors;
            dueMessages++;
            dueBytes += messageBytes;
            dueDescriptors += messageDescriptors;
            Credits most = inbox.credits();
            boolean due = isHalf(dueMessages, most.messages()) || isHalf(dueBytes, most.bytes())
                    || isHalf(dueDescriptors, most.descriptors());
            if (over || !due) {
                return;
            }
            // Posted here: after a release, credit for what was sent before it would be taken for that of the next grant.
            postCredit();
            dueMessages = 0;
            dueBytes = 0;
            dueDescriptors = 0;
        }
    }

    /** The message was received, so this must not fail; a peer that would wait for its credit for ever is told instead. */
    private void postCredit() {
        try {
            connection.post(new Frame.Credit(inbox.subchannel(), dueMessages, dueDescriptors, dueBytes));
        } catch (RuntimeException | Error _) {
            connection.shutdown();
        }
    }

    private static boolean isHalf(long part, long whole) {
        return part >= whole - part;
    }

    /** Tells the sending side that nobody receives any more. */
    void close() {
        synchronized (this) {
            over = true;
        }
        origin.forget(inbox.subchannel());
        connection.post(new Frame.Closed(inbox.subchannel(), 0));
    }
}
