package io.resourcelink.internal.wire;

/** Puts messages of a test into inboxes. */
public final class Inboxes {

    private Inboxes() {}

    /** Puts a message into an inbox, as one that has arrived; if it is old, it is older than its maximal age. */
    public static void put(Inbox inbox, ReceivedContent content, boolean old) {
        LocalSource source = new LocalSource(inbox, new Window("A test"));
        if (!inbox.put(new ReceivedMessage(source, source.next(), content, 0, 0, 2, old ? 1 : 0, false))) {
            throw new AssertionError("The inbox is closed.");
        }
    }

    /** Removes the only source of an inbox. */
    public static void end(Inbox inbox) {
        inbox.removeSource();
    }
}
