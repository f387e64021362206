package io.resourcelink.internal.wire;

/** Puts messages of a test into inboxes. */
public final class Inboxes {

    private Inboxes() {}

    /** Puts a message into an inbox, as one that has arrived. */
    public static void put(Inbox inbox, ReceivedMessage message) {
        if (!inbox.put(message)) {
            throw new AssertionError("The inbox is closed.");
        }
    }
}
