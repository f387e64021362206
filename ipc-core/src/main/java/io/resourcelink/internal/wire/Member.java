package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

/*
 * A second sender of this channel to the same receiver becomes one of the first one's target when it is granted. The thread that brings
 * the grant notes that target here, before it wakes threads that wait. So they need no lock of the connection to ask for it, which that
 * thread has.
 */

/** One of several processes that serve a destination, with one sender to it. Thread-safe. */
final class Member {

    private final Entry entry;
    private final Target joined;
    private final Runnable waiting;
    private volatile @Nullable Target granted;
    private volatile boolean behind;
    private final Runnable told = this::told;

    /**
     * Takes over one sender that the target has counted.
     *
     * @param joined the target; it need not be granted yet
     * @param waiting told when it has more room, or has ended
     */
    Member(Entry entry, Target joined, Runnable waiting) {
        this.entry = entry;
        this.joined = joined;
        this.waiting = waiting;
    }

    /** Begins to listen to the target. */
    void observe() {
        joined.window().observe(told);
        settle();
    }

    private void told() {
        behind = false;
        settle();
        waiting.run();
    }

    private void settle() {
        if (granted == null && joined.window().isGranted()) {
            Target target = joined instanceof RemoteTarget remote ? remote.granted() : joined;
            if (!target.equals(joined)) {
                target.window().observe(told);
            }
            granted = target;
        }
    }

    Entry entry() {
        return entry;
    }

    /** {@return the target, {@code null} if its process has not answered yet} */
    @Nullable
    Target target() {
        return granted;
    }

    boolean hasEnded() {
        Target target = granted;
        return joined.window().hasEnded() || (target != null && target.window().hasEnded());
    }

    /** {@return whether it was waited for in vain, and has taken nothing since} */
    boolean isBehind() {
        return behind;
    }

    /** Says that it was waited for in vain. */
    void fallBehind() {
        behind = true;
    }

    /** {@return how many messages may be sent to it now} */
    int room() {
        Target target = granted;
        return target == null ? 0 : target.window().room();
    }

    /** Counts a message that it does not get. */
    void miss() {
        Target target = granted;
        (target == null ? joined : target).miss();
    }

    /** Takes leave of it. Never waits. */
    void leave() {
        joined.window().forget(told);
        Target target = granted;
        if (target != null) {
            target.window().forget(told);
        }
        joined.leave();
    }
}
