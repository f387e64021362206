package io.resourcelink.internal.wire;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.work.Closing;

/*
 * A ticket is a pipe. The owner of the receiver has its reading end; its writing end is in the message that carries the
 * sender:
 *
 *   issued or arrived -> redeemed   the process that got the message has said so, and is a source of its own now
 *   issued or arrived -> lost       no process has the writing end any more: the message was discarded, or its process ended
 *
 * The redeeming process keeps the writing end until the answer, so a redeemed ticket never looks like a lost one. If the
 * message was faster than the ticket, which came on another connection, the ticket is kept until the redeeming process
 * closes the writing end. A ticket without a reading end, because this process has no room for another descriptor, is lost
 * together with the connection it came on.
 */

/** The senders of this channel's subchannels that are travelling to other processes. Thread-safe. */
final class Tickets {

    private final Watchlist watchlist;
    private final Map<Long, Ticket> tickets = new HashMap<>();

    Tickets(Watchlist watchlist) {
        this.watchlist = watchlist;
    }

    private record Ticket(Inbox inbox, @Nullable OpenFile reading, long key, @Nullable Object carrier) {}

    /** What goes into the message that carries the sender. */
    record Issued(long ticket, OpenFile writing) {}

    /** A number that no other process draws. */
    static long draw() {
        return ThreadLocalRandom.current().nextLong();
    }

    /** Issues a ticket for a sender of this channel. It takes over one source of the inbox, also if this fails. */
    Issued issue(Inbox inbox) {
        try {
            Pipe pipe = Pipe.open();
            try {
                long ticket = draw();
                keep(ticket, inbox, pipe.reading(), null);
                return new Issued(ticket, pipe.writing());
            } catch (Throwable e) {
                Closing.undo(e, pipe.reading());
                Closing.undo(e, pipe.writing());
                throw e;
            }
        } catch (Throwable e) {
            Closing.undo(e, inbox::removeSource);
            throw e;
        }
    }

    /**
     * Takes in a ticket that another process has issued. It takes over one source of the inbox, also if this fails.
     *
     * @param reading the pipe's reading end, if there was room for it
     * @param carrier the connection that the ticket came on
     */
    void arrived(long ticket, Inbox inbox, @Nullable OpenFile reading, Object carrier) {
        try {
            if (tryKeep(ticket, inbox, reading, carrier)) {
                return;
            }
        } catch (Throwable e) {
            Closing.undo(e, () -> giveUp(inbox, reading));
            throw e;
        }
        giveUp(inbox, reading);
    }

    private static void giveUp(Inbox inbox, @Nullable OpenFile reading) {
        try {
            if (reading != null) {
                reading.close();
            }
        } finally {
            inbox.removeSource();
        }
    }

    /** Returns whether the ticket is new. */
    private synchronized boolean tryKeep(long ticket, Inbox inbox, @Nullable OpenFile reading, Object carrier) {
        if (tickets.containsKey(ticket)) {
            return false;
        }
        keep(ticket, inbox, reading, carrier);
        return true;
    }

    private synchronized void keep(long ticket, Inbox inbox, @Nullable OpenFile reading, @Nullable Object carrier) {
        long key = watchlist.newKey();
        Long number = ticket;
        // First, so that nothing that needs memory follows the watch.
        tickets.put(number, new Ticket(inbox, reading, key, carrier));
        try {
            if (reading != null) {
                watchlist.add(reading, key, (_, _, _) -> redeem(ticket));
            }
        } catch (Throwable e) {
            tickets.remove(number);
            throw e;
        }
    }

    /** Ends a ticket and removes its source: the sender has arrived and is a source itself, or it never arrives. */
    void redeem(long ticket) {
        Ticket removed;
        synchronized (this) {
            removed = tickets.remove(ticket);
            if (removed != null && removed.reading() != null) {
                try (OpenFile reading = removed.reading()) {
                    watchlist.remove(reading, removed.key());
                }
            }
        }
        if (removed != null) {
            removed.inbox().removeSource();
        }
    }

    /** Ends the tickets without a pipe that came on a connection which has ended. */
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

    /** Closes all pipes, after the last poll. */
    synchronized void close() {
        tickets.values().forEach(ticket -> {
            if (ticket.reading() != null) {
                ticket.reading().close();
            }
        });
        tickets.clear();
    }
}
