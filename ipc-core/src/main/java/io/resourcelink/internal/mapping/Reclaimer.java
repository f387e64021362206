package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Recurring;

/*
 * Closing a shared arena makes every later access an exception, by a handshake of all threads of the JVM. Unmapping frees
 * pages. A caller that releases a segment should wait for neither, so both are done here, a moment later:
 *
 *   view      takes an arena of its own, or the arena of the mapping's last view if that is closed but has not ended yet
 *   close     the arena waits for its end, unless a view of the same mapping opens it again
 *   reclaim   a mapping or a file waits to be freed, which happens after the arenas that showed it have ended
 *
 * A thread ends and frees what waits, every PERIOD. It ends itself a second after the last work, so no thread exists while
 * nothing is released. The waiting pieces are bounded: beyond MAX_WAITING pieces or MAX_BYTES, the thread that adds one does
 * the work itself. A view that is opened again within PERIOD costs no handshake.
 *
 * When BUSY views wait, there are too many for a handshake each. Then small ones share an arena: up to MATES of them, opened
 * within PERIOD. The arena ends when all of them are closed, so one view that stays open delays the exceptions of the others.
 * That is why only small views share, and only then.
 *
 * Memory may wait for the end of its views to be used again. So the round comes at once when an arena with MATES views is closed,
 * and when the closed views have SOON_BYTES together, for which copying takes longer than a handshake.
 *
 * The JVM refuses to close an arena while a native call uses its memory. It is tried again every PERIOD.
 *
 * The waiting pieces form a list whose elements are the pieces themselves. So adding one allocates nothing and works without
 * free heap. They are taken from the list one by one; a piece that fails is put back and tried again.
 *
 * The reclaimer is static, unlike everything else, because address space, threads and handshakes belong to the process, too.
 * It has no state while nothing is used.
 */

/** Ends views and unmaps memory after they were released, on a thread of its own. Thread-safe. */
public final class Reclaimer {

    /** The one of this process. */
    static final Reclaimer SHARED = new Reclaimer();

    private static final long PERIOD_MILLIS = 10;
    private static final long PERIOD_NANOS = PERIOD_MILLIS * 1_000_000;
    private static final int MAX_WAITING = 64;
    private static final long MAX_BYTES = 256L << 20;
    private static final int BUSY = 4;
    private static final int MATES = 32;
    private static final long SMALL = 1L << 20;
    private static final long SOON_BYTES = 8L << 20;
    private static final long HURRY_NANOS = 1_000_000;

    /** A minute of rounds. A piece that cannot be freed within a minute never can. */
    private static final short MAX_ATTEMPTS = 6_000;

    private final Failures failures = new Failures("The reclaimer of memory");
    private final Recurring recurring = new Recurring("ipc-reclaimer", PERIOD_MILLIS, failures, this::round);

    /** Held by the thread that works, so that a caller that returns knows that the work is done, by itself or by another thread. */
    private final Object turn = new Object();

    private long busyNanos = System.nanoTime() - PERIOD_NANOS;
    private long hurriedNanos = busyNanos;
    private @Nullable Shade shared;
    private @Nullable Piece first;
    private @Nullable Piece last;
    private int listed;
    private int closedShades;
    private long closedBytes;
    private int pieces;
    private long bytes;

    private Reclaimer() {}

    private static final class OwnShade extends Shade {

        OwnShade(Arena arena, boolean shared) {
            super(arena, shared);
        }

        @Override
        boolean free(boolean needed) {
            if (!tryClose(arena)) {
                waitForCall();
                return false;
            }
            endViews();
            return true;
        }

        @Override
        void closeView() {
            SHARED.close(this);
        }
    }

    /** Ends and frees what waits, in the calling thread. Memory stays if a native call or an open view keeps its arena. */
    public static void reclaimNow() {
        SHARED.run(false);
    }

    /**
     * The same for a caller that needs the memory, or its files, now. Memory stays only if a native call uses it, and all
     * views of its arena are closed.
     */
    public static void reclaimAllNow() {
        SHARED.run(true);
    }

    /**
     * Closes an arena: at once, or if a native call uses its memory, within milliseconds after that.
     *
     * @param arena a shared arena; the caller does nothing more with it
     */
    public static void close(Arena arena) {
        if (!tryClose(arena)) {
            SHARED.close(new OwnShade(arena, false));
        }
    }

    synchronized View view(Mapping mapping) {
        View latest = mapping.lastView();
        if (latest != null && latest.shade().opened == 1 && isWaiting(latest.shade())) {
            View again = new View(latest.shade(), mapping, latest.memory());
            reopen(latest.shade());
            return mapping.lastView(again);
        }
        return mapping.lastView(singleView(mapping));
    }

    synchronized View singleView(Mapping mapping) {
        boolean joins = mapping.size() <= SMALL && isBusy();
        Shade shade = joins ? shared() : new OwnShade(Arena.ofShared(), false);
        // If this fails, nothing is held, and an arena that shows nothing needs no end.
        View view = new View(shade, mapping, mapping.within(shade.arena));
        shade.opened++;
        reopen(shade);
        shade.add(view);
        return view;
    }

    /** Whether too many views wait for a handshake each, or did within the last period. */
    private boolean isBusy() {
        long now = System.nanoTime();
        if (closedShades > BUSY) {
            busyNanos = now;
        }
        return now - busyNanos < PERIOD_NANOS;
    }

    private void reopen(Shade shade) {
        count(shade, false);
        shade.open++;
    }

    /** Whether all its views are closed, and no thread has taken it to end it. */
    private static boolean isWaiting(Shade shade) {
        return shade.listed && shade.open == 0;
    }

    private Shade shared() {
        Shade present = shared;
        if (present != null && isJoinable(present)) {
            return present;
        }
        Shade fresh = new OwnShade(Arena.ofShared(), true);
        fresh.opened = 1;
        shared = fresh;
        return fresh;
    }

    /** An arena whose views are all closed can be joined until a thread has taken it to end it, even if that was in vain. */
    private static boolean isJoinable(Shade shade) {
        return shade.opened < MATES && System.nanoTime() - shade.begin < PERIOD_NANOS
                && (shade.open > 0 || (isWaiting(shade) && !shade.again));
    }

    /** Counts an arena that begins to wait for its end, or no longer does. One that could not be ended does not count. */
    private void count(Shade shade, boolean counted) {
        if (shade.counted != counted) {
            shade.counted = counted;
            closedShades += counted ? 1 : -1;
            closedBytes += counted ? shade.bytes() : -shade.bytes();
        }
    }

    /** Closes one view. Allocates nothing. */
    synchronized void close(Shade shade) {
        if (shade.open > 0) {
            shade.open--;
        }
        if (shade.open == 0) {
            boolean few = closedBytes <= SOON_BYTES;
            count(shade, true);
            add(shade, false);
            recurring.start();
            if (shade.opened == MATES || (few && closedBytes > SOON_BYTES)) {
                hurry();
            }
        }
    }

    /** At most once each millisecond: a large view that is opened and closed all the time must not cost a call each time. */
    private void hurry() {
        long now = System.nanoTime();
        if (now - hurriedNanos > HURRY_NANOS) {
            hurriedNanos = now;
            recurring.hurry();
        }
    }

    /** Frees a piece within milliseconds, or in the calling thread if too much waits. Allocates nothing. */
    void reclaim(Piece piece) {
        boolean tooMuch;
        boolean tooManyBytes;
        synchronized (this) {
            add(piece, false);
            tooManyBytes = bytes > MAX_BYTES;
            tooMuch = tooManyBytes || pieces + closedShades > MAX_WAITING;
            if (!tooMuch) {
                recurring.start();
            }
        }
        if (tooMuch) {
            run(tooManyBytes);
        }
    }

    /** A piece that waits again is not counted: a caller that does the work itself would achieve nothing. Its bytes are. */
    private void add(Piece piece, boolean again) {
        if (piece.listed) {
            return;
        }
        piece.listed = true;
        piece.again = again;
        listed++;
        if (!(piece instanceof Shade)) {
            pieces += again ? 0 : 1;
            bytes += piece.bytes();
        }
        if (last == null) {
            first = piece;
        } else {
            last.next = piece;
        }
        last = piece;
    }

    /** Takes the first piece from the list. Returns {@code null} if there is none, or if it is an arena that was opened again. */
    private synchronized @Nullable Piece take() {
        Piece taken = first;
        if (taken == null) {
            return null;
        }
        first = taken.next;
        last = first == null ? null : last;
        taken.next = null;
        taken.listed = false;
        listed--;
        if (!(taken instanceof Shade shade)) {
            pieces -= taken.again ? 0 : 1;
            bytes -= taken.bytes();
            return taken;
        }
        if (shade.open > 0) {
            return null;
        }
        count(shade, false);
        return shade;
    }

    /** Tries a piece again in the next round. */
    synchronized void putBack(Piece piece) {
        add(piece, true);
        recurring.start();
    }

    private synchronized int listed() {
        return listed;
    }

    private boolean round() {
        run(false);
        return listed() > 0;
    }

    /** If a caller needs the memory, arenas are tried first: one that does not end, because of a call, keeps its memory. */
    private void run(boolean needed) {
        synchronized (turn) {
            if (needed) {
                pass(false);
            }
            pass(needed);
        }
    }

    /** Works in the order in which pieces were added. Pieces that are put back meanwhile are left to the next pass. */
    private void pass(boolean needed) {
        for (int left = listed(); left > 0; left--) {
            Piece piece = take();
            if (piece != null && !isFreed(piece, needed)) {
                putBack(piece);
            }
        }
    }

    /** A piece that fails, because there is no heap for instance, must not keep the others from being freed. */
    private boolean isFreed(Piece piece, boolean needed) {
        try {
            return piece.free(needed);
        } catch (Throwable e) {
            failures.report("freeing memory", e);
            return ++piece.attempts == MAX_ATTEMPTS;
        }
    }

    private static boolean tryClose(Arena arena) {
        try {
            arena.close();
            return true;
        } catch (IllegalStateException e) {
            return !arena.scope().isAlive();
        }
    }
}
