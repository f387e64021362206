package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;

/** The entries of this channel, for destinations that it serves together with others. Thread-safe. */
final class OwnEntries {

    private final Rendezvous rendezvous;
    private final Runnable unfinished;
    private final Map<Long, Own> all = new ConcurrentHashMap<>();

    /**
     * Begins without an entry.
     *
     * @param unfinished told that an entry could not be removed
     */
    OwnEntries(Rendezvous rendezvous, Runnable unfinished) {
        this.rendezvous = rendezvous;
        this.unfinished = unfinished;
    }

    /**
     * Makes an entry.
     *
     * @param number the number that stands for the server in this channel
     * @param dropping whether messages are dropped for which there is no room
     * @throws io.resourcelink.error.DestinationKindException if living processes serve the destination in another way
     */
    ServedName publish(String destination, Kind kind, boolean dropping, long number) {
        Entry entry = new Entry(kind, dropping, ThreadLocalRandom.current().nextLong(),
                new ServerName(rendezvous.address(), number));
        Own own = new Own(destination, entry);
        rendezvous.publish(destination, entry, own::made);
        return own;
    }

    /** One entry. Its file is open, with one byte locked, as long as it is there. */
    private final class Own implements ServedName {

        private final String destination;
        private final Entry entry;
        private @Nullable OpenFile file;
        private long inode;
        private boolean withdrawn;
        private volatile boolean lost;

        Own(String destination, Entry entry) {
            this.destination = destination;
            this.entry = entry;
        }

        /** Called under the monitor of the rendezvous. */
        synchronized void made(OpenFile fresh) {
            try (CallFrame frame = new CallFrame()) {
                inode = fresh.status(frame).inode();
            }
            all.put(entry.nonce(), this);
            OpenFile old = file;
            file = fresh;
            lost = false;
            if (old != null) {
                old.close();
            }
        }

        synchronized boolean isWithdrawn() {
            return withdrawn;
        }

        /**
         * Whatever fails, the lock ends: from then on the entry is dead, and a later sweep removes it. Another thread may make the entry
         * again at the same time, with another file. So this goes on until there is none.
         */
        @Override
        public void withdraw() {
            boolean done = false;
            try {
                for (Made made = current(); made != null; made = current()) {
                    rendezvous.withdraw(destination, entry.nonce(), made.inode());
                    removed(made.file());
                }
                done = true;
            } finally {
                if (!done) {
                    unlock();
                    unfinished.run();
                }
            }
        }

        private synchronized @Nullable Made current() {
            withdrawn = true;
            return file == null ? null : new Made(file, inode);
        }

        private synchronized void removed(OpenFile old) {
            if (old.equals(file)) {
                file = null;
                all.remove(entry.nonce());
            }
            old.close();
        }

        /** Needs no heap. */
        private synchronized void unlock() {
            if (file != null) {
                file.close();
            }
        }

        @Override
        public boolean isReachable() {
            return all.containsKey(entry.nonce()) && !lost && !isWithdrawn();
        }

        /** Returns whether it is there again, or is not needed any more. */
        boolean restore() {
            if (isWithdrawn() || !rendezvous.tryPublish(destination, entry, this::made)) {
                return isWithdrawn();
            }
            if (isWithdrawn()) {
                withdraw();
            }
            return true;
        }
    }

    private record Made(OpenFile file, long inode) {}

    /** Says that the directory is another one: none of the entries is in it. */
    void lose() {
        all.values().forEach(own -> own.lost = true);
    }

    /** Makes again what was lost, and removes what could not be removed before. */
    void restore() {
        Closing.each(List.copyOf(all.values()), own -> {
            if (own.isWithdrawn()) {
                own.withdraw();
            } else if (own.lost) {
                own.restore();
            }
        });
    }

    /** {@return whether nothing is left for {@link #restore} to do} */
    boolean isSettled() {
        return all.values().stream().noneMatch(own -> own.lost || own.isWithdrawn());
    }

    /** Removes all entries. */
    void withdrawAll(Closing closing) {
        all.values().forEach(own -> closing.run(own::withdraw));
    }
}
