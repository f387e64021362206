package io.resourcelink.internal.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DestinationKindException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.FileVersion;
import io.resourcelink.internal.work.Closing;

/*
 * The directory of the destination says when an entry was made or removed: its time of change is asked for, and it is listed only if that
 * is another one. The kernel counts this time in ticks, and a second change within one tick cannot be seen. So a listing counts only if the
 * last change was longer ago than any tick when it was made; until then the directory is listed each time. A clock that is set only has
 * it listed more often, or again after the next change.
 *
 * A member leaves when its window has ended, and not when its entry is gone: a consumer that stops gives its name up first, and the
 * directory may be removed while it is in use.
 *
 * Two locks: the monitor, under which members come and go, and `lock`, for threads that wait. Windows tell their observers without
 * a lock of their own.
 */

/** The processes that serve a destination together, as one sender of this channel sees them, with a connection to each. Thread-safe. */
final class Members {

    /** Longer than any tick of a kernel. */
    private static final Duration TICK = Duration.ofMillis(50);

    /** After this time a member that has ended is looked for again, if its entry is still there. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final FileVersion UNKNOWN = new FileVersion(-1, Instant.MIN);

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();

    private final Rendezvous rendezvous;
    private final Contact contact;
    private final String destination;
    private final Kind kind;
    private final Runnable observer = this::wake;
    private volatile List<Member> members = List.of();
    private @Nullable FileVersion seen = UNKNOWN;
    private @Nullable Kind other;
    private boolean again;
    private long againAt;
    private boolean closed;

    /** Begins to connect to a server. */
    @FunctionalInterface
    interface Contact {

        /**
         * Counts a sender to a server, which may not have answered yet. Never waits.
         *
         * @return the target, {@code null} if there is no such server
         * @throws UnresponsiveException if its process has no room for one more connection at the moment
         */
        @Nullable
        Target begin(ServerName server, String name);
    }

    /** Begins without a member. */
    Members(Rendezvous rendezvous, Contact contact, String destination, Kind kind) {
        this.rendezvous = rendezvous;
        this.contact = contact;
        this.destination = destination;
        this.kind = kind;
    }

    String destination() {
        return destination;
    }

    /** {@return the members as of the last look} */
    List<Member> current() {
        return members;
    }

    /**
     * Checks that the destination is not served in another way, as of the last look.
     *
     * @throws DestinationKindException if it is
     */
    synchronized void ensureKind() {
        if (other != null) {
            throw new DestinationKindException(destination, rendezvous.path().toString(), other.text(), kind.text());
        }
    }

    /** Looks for members that have come, and takes leave of those that have ended. Never waits for a process. */
    synchronized void refresh() {
        if (closed) {
            return;
        }
        boolean left = removeEnded();
        if (left) {
            again = true;
            againAt = System.nanoTime() + AGAIN_NANOS;
        }
        FileVersion version = rendezvous.version(destination);
        if (version == null) {
            seen = null;
        } else if (!version.equals(seen) || (again && System.nanoTime() - againAt >= 0)) {
            boolean settled = version.modified().plus(TICK).isBefore(Instant.now());
            again = false;
            seen = UNKNOWN;
            if (connectAll() && settled) {
                seen = version;
            }
        }
    }

    private boolean removeEnded() {
        List<Member> ended = new ArrayList<>();
        List<Member> living = new ArrayList<>();
        for (Member member : members) {
            (member.hasEnded() ? ended : living).add(member);
        }
        if (!ended.isEmpty()) {
            members = List.copyOf(living);
            Closing.each(ended, Member::leave);
        }
        return !ended.isEmpty();
    }

    /** Returns whether all could be connected to. */
    private boolean connectAll() {
        Set<Long> known = new HashSet<>();
        members.forEach(member -> known.add(member.entry().nonce()));
        boolean all = true;
        other = null;
        for (Entries.Found found : rendezvous.entries(destination)) {
            if (!found.alive() || known.contains(found.entry().nonce())) {
                continue;
            }
            if (found.entry().kind() != kind) {
                other = found.entry().kind();
            } else {
                all &= connect(found.entry());
            }
        }
        return all;
    }

    private boolean connect(Entry entry) {
        Target target;
        try {
            target = contact.begin(entry.server(), destination);
        } catch (UnresponsiveException _) {
            return false;
        }
        if (target == null) {
            // It is about to remove its entry, or another process has the lock of a dead one.
            again = true;
            againAt = System.nanoTime() + AGAIN_NANOS;
            return true;
        }
        Member member = new Member(entry, target, observer);
        List<Member> more = new ArrayList<>(members);
        more.add(member);
        try {
            member.observe();
            members = List.copyOf(more);
        } catch (Throwable e) {
            Closing.undo(e, member::leave);
            throw e;
        }
        return true;
    }

    /** Has the threads that wait look again. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a condition holds, which is asked again when a member has more room or has ended. */
    boolean await(Poller poller, WaitLimit limit, BooleanSupplier ready) throws InterruptedException {
        return limit.await(poller, lock, changed, ready);
    }

    /** Takes leave of all members. Never waits. Idempotent. */
    synchronized void close() {
        closed = true;
        List<Member> all = members;
        members = List.of();
        Closing.each(all, Member::leave);
    }
}
