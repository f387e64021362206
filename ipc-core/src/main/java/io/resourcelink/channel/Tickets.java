package io.resourcelink.channel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pipe;

/*
 * A ticket is a pipe. Its reading end is here, its writing end in the message that carries the sender:
 *
 *   issued or arrived -> redeemed   whoever got the message has said so, and is a source of its own by now
 *   issued or arrived -> lost       nobody has the writing end any more: whoever had the message is gone, or has dropped it
 *
 * Who redeems keeps the writing end until the answer, so redeemed can never look like lost. If the message was faster than
 * the ticket, which came on another connection, the ticket is kept until the redeemer closes the writing end. A ticket
 * without a reading end, because this process has no room for another descriptor, is lost with the connection it came on.
 */

/** Senders of this channel's subchannels that are on their way to other processes. Thread-safe. */
final class Tickets {

    private final Poller poller;
    private final Map<Long, Ticket> tickets = new HashMap<>();

    Tickets(Poller poller) {
        this.poller = poller;
    }

    private record Ticket(Inbox inbox, @Nullable OpenFile reading, long key, @Nullable Object carrier) {}

    /** What goes into the message. */
    record Issued(long ticket, OpenFile writing) {}

    /** A number that no other process draws. */
    static long draw() {
        return ThreadLocalRandom.current().nextLong();
    }

    /** Issues a ticket for a sender of this channel. The inbox's source is this ticket's from now on. */
    Issued issue(Inbox inbox) {
        boolean issued = false;
        try {
            Pipe pipe = Pipe.open();
            try {
                long ticket = draw();
                keep(ticket, inbox, pipe.reading(), null);
                issued = true;
                return new Issued(ticket, pipe.writing());
            } finally {
                if (!issued) {
                    pipe.reading().close();
                    pipe.writing().close();
                }
            }
        } finally {
            if (!issued) {
                inbox.removeSource();
            }
        }
    }

    /**
     * Takes in a ticket that another process has issued. The inbox's source is this ticket's from now on.
     *
     * @param reading the pipe's reading end, if there was room for it
     * @param carrier what the ticket came on
     */
    void arrived(long ticket, Inbox inbox, @Nullable OpenFile reading, Object carrier) {
        boolean kept = false;
        try {
            synchronized (this) {
                if (!tickets.containsKey(ticket)) {
                    keep(ticket, inbox, reading, carrier);
                    kept = true;
                }
            }
        } finally {
            if (!kept) {
                if (reading != null) {
                    reading.close();
                }
                inbox.removeSource();
            }
        }
    }

    private synchronized void keep(long ticket, Inbox inbox, @Nullable OpenFile reading, @Nullable Object carrier) {
        long key = poller.newKey();
        if (reading != null) {
            poller.add(reading, key, (_, _, _) -> redeem(ticket));
        }
        tickets.put(ticket, new Ticket(inbox, reading, key, carrier));
    }

    /** Ends a ticket, and its being a source: the sender has come and is one itself by now, or it never will. */
    void redeem(long ticket) {
        Ticket removed;
        synchronized (this) {
            removed = tickets.remove(ticket);
            if (removed != null && removed.reading() != null) {
                try (OpenFile reading = removed.reading()) {
                    poller.remove(reading, removed.key());
                }
            }
        }
        if (removed != null) {
            removed.inbox().removeSource();
        }
    }

    /** What a ticket came on has ended: if it has no pipe of its own, it is lost. */
    void carrierEnded(Object carrier) {
        Set<Long> lost = new HashSet<>();
        synchronized (this) {
            tickets.forEach((ticket, kept) -> {
                if (carrier.equals(kept.carrier()) && kept.reading() == null) {
                    lost.add(ticket);
                }
            });
        }
        lost.forEach(this::redeem);
    }

    /** Closes all pipes, when nobody polls any more. */
    synchronized void close() {
        tickets.values().forEach(ticket -> {
            if (ticket.reading() != null) {
                ticket.reading().close();
            }
        });
        tickets.clear();
    }
}
