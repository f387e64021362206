package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Recurring;

/*
 * Closing a shared arena makes every later access an exception, by a handshake of all threads of the JVM. Unmapping frees
 * pages. Neither belongs on the way of somebody who lets go of a segment, so both are done here, a moment later:
 *
 *   view      has an arena of its own, or one that was closed on the same mapping and has not ended yet, which opens again
 *   close     it waits for its end: nobody is to see the memory by it any more
 *   reclaim   an owner gives up a mapping or a file, which goes when the arenas that showed it have ended, too
 *
 * A thread ends and frees what waits, every PERIOD as long as anything does, and ends itself a second later; no thread exists
 * while nothing is released. What waits is bounded: beyond MAX_WAITING pieces or MAX_BYTES, the thread that adds to it
 * does the work itself. Views of memory that comes again within PERIOD, as recycled segments do, cost no handshake.
 *
 * When BUSY views wait, there are too many for a handshake each, and small ones share an arena, up to MATES of them that are
 * opened within PERIOD. It ends when all of them are closed, so one that stays open puts off the exceptions of the others.
 * That is why only small ones do, and only then.
 *
 * The JVM refuses to close an arena while a native call uses its memory. It is tried again every PERIOD.
 *
 * What waits is a list whose elements are the things themselves, so that giving something up allocates nothing and works
 * without a byte of free heap. They are taken from it one by one; one whose end fails is put back and tried again.
 *
 * Static, unlike everything else, because address space, threads and handshakes are the process's, too; its state is empty
 * whenever nothing is used.
 */

/** Ends views and unmaps memory behind the backs of those who let go of it. Thread-safe. */
public final class Reclaimer {

    /** The process's one. */
    static final Reclaimer SHARED = new Reclaimer();

    private static final long PERIOD_MILLIS = 10;
    private static final int MAX_WAITING = 64;
    private static final long MAX_BYTES = 256L << 20;
    private static final int BUSY = 4;
    private static final int MATES = 64;
    private static final long SMALL = 64L << 10;

    /** A minute of rounds. What can't be freed within it never can. */
    private static final short MAX_ATTEMPTS = 6_000;

    private final Failures failures = new Failures("The reclaimer of memory");
    private final Recurring recurring = new Recurring("ipc-reclaimer", PERIOD_MILLIS, failures, this::round);

    /** One thread after the other, so that a caller that returns knows that the work is done, by itself or by another thread. */
    private final Object turn = new Object();

    private @Nullable Shade shared;
    private @Nullable Piece first;
    private @Nullable Piece last;
    private int listed;
    private int closedShades;
    private int pieces;
    private long bytes;

    private Reclaimer() {}

    /** Something to end or to free, and an element of the list of what waits. Guarded by the reclaimer's monitor. */
    abstract static class Piece {

        private @Nullable Piece next;
        private boolean listed;
        private short attempts;

        /** How much memory this frees. */
        abstract long bytes();

        /** Ends or frees it. Called again if it fails. Returns whether that is done; if not, it is tried again later. */
        abstract boolean free();
    }

    /** An arena and the views that end with it. What changes is guarded by the reclaimer's monitor. */
    static final class Shade extends Piece {

        private final Arena arena;
        private final long begin = System.nanoTime();
        private int opened;
        private int open;

        Shade(Arena arena) {
            this.arena = arena;
        }

        @Override
        long bytes() {
            return 0;
        }

        @Override
        boolean free() {
            return tryClose(arena);
        }
    }

    /**
     * Does now, in the calling thread, what would be done within the next milliseconds: for who needs the memory, or wants
     * to be sure. What a native call uses stays.
     */
    public static void reclaimNow() {
        SHARED.run();
    }

    /**
     * Closes an arena: at once, or if a native call uses its memory, within milliseconds after that.
     *
     * @param arena a shared arena, of which nothing but this will happen to any more
     */
    public static void close(Arena arena) {
        if (!tryClose(arena)) {
            SHARED.close(new Shade(arena));
        }
    }

    synchronized View view(Mapping mapping) {
        View latest = mapping.lastView();
        if (latest != null && latest.shade().opened == 1 && isWaiting(latest.shade())) {
            View again = new View(latest.shade(), latest.memory());
            reopen(latest.shade());
            return mapping.lastView(again);
        }
        return mapping.lastView(singleView(mapping));
    }

    synchronized View singleView(Mapping mapping) {
        boolean joins = closedShades > BUSY && mapping.size() <= SMALL;
        Shade shade = joins ? shared() : new Shade(Arena.ofShared());
        try {
            View view = new View(shade, mapping.within(shade.arena, joins));
            shade.opened++;
            reopen(shade);
            return view;
        } catch (Throwable e) {
            if (!joins) {
                putBack(shade);
            }
            throw e;
        }
    }

    private void reopen(Shade shade) {
        if (isWaiting(shade)) {
            closedShades--;
        }
        shade.open++;
    }

    /** Whether all views have left it, and nobody has taken it to end it. */
    private static boolean isWaiting(Shade shade) {
        return ((Piece) shade).listed && shade.open == 0;
    }

    private Shade shared() {
        Shade present = shared;
        if (present != null && isJoinable(present)) {
            return present;
        }
        Shade fresh = new Shade(Arena.ofShared());
        fresh.opened = 1;
        shared = fresh;
        return fresh;
    }

    /** One that all views have left can be joined as long as nobody has taken it to end it. */
    private static boolean isJoinable(Shade shade) {
        return shade.opened < MATES && System.nanoTime() - shade.begin < PERIOD_MILLIS * 1_000_000
                && (shade.open > 0 || isWaiting(shade));
    }

    /** One view less. Allocates nothing. */
    synchronized void close(Shade shade) {
        if (shade.open > 0) {
            shade.open--;
        }
        if (shade.open == 0) {
            closedShades++;
            add(shade);
            recurring.start();
        }
    }

    /** Has something freed within milliseconds, or by the caller if too much waits. Allocates nothing. */
    void reclaim(Piece piece) {
        boolean tooMuch;
        synchronized (this) {
            add(piece);
            tooMuch = pieces + closedShades > MAX_WAITING || bytes > MAX_BYTES;
            if (!tooMuch) {
                recurring.start();
            }
        }
        if (tooMuch) {
            run();
        }
    }

    private void add(Piece piece) {
        if (piece.listed) {
            return;
        }
        piece.listed = true;
        listed++;
        if (!(piece instanceof Shade)) {
            pieces++;
            bytes += piece.bytes();
        }
        if (last == null) {
            first = piece;
        } else {
            last.next = piece;
        }
        last = piece;
    }

    /** Takes the first one from the list. Answers {@code null} if there is none, or if it is a view's that opened again. */
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
            pieces--;
            bytes -= taken.bytes();
            return taken;
        }
        if (shade.open > 0) {
            return null;
        }
        closedShades--;
        return shade;
    }

    /** Has something tried again in the next round. */
    synchronized void putBack(Piece piece) {
        if (piece instanceof Shade) {
            closedShades++;
        }
        add(piece);
        recurring.start();
    }

    private synchronized int listed() {
        return listed;
    }

    private boolean round() {
        run();
        return listed() > 0;
    }

    /** In the order in which they were given up. What is put back meanwhile is left to the next round. */
    private void run() {
        synchronized (turn) {
            for (int left = listed(); left > 0; left--) {
                Piece piece = take();
                if (piece != null && !isFreed(piece)) {
                    putBack(piece);
                }
            }
        }
    }

    /** One that fails, because there is no heap left for instance, must not take the others along. */
    private boolean isFreed(Piece piece) {
        try {
            return piece.free();
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
