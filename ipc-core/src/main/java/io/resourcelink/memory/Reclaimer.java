package io.resourcelink.memory;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/*
 * Closing a shared arena makes every later access an exception, by a handshake of all threads of the JVM. Unmapping frees
 * pages. Neither belongs on the way of somebody who lets go of a segment, so both are done here, a moment later:
 *
 *   view      has an arena of its own, or one that was closed on the same mapping and has not ended yet, which opens again
 *   close     it waits for its end: nobody is to see the memory by it any more
 *   reclaim   an owner gives up a mapping or a file, which goes when the arenas that showed it have ended, too
 *
 * A virtual thread ends and frees what waits, every PERIOD as long as anything does, and then ends itself; nothing runs, and
 * no thread exists, while nothing is let go of. What waits is bounded: beyond MAX_WAITING pieces or MAX_BYTES, whoever adds
 * to it does the work himself. Views of memory that comes again within PERIOD, as recycled segments do, cost no handshake.
 *
 * When BUSY views wait, there are too many for a handshake each, and small ones share an arena, up to MATES of them that are
 * opened within PERIOD. It ends when all of them are closed, so one that stays open puts off the exceptions of the others.
 * That is why only small ones do, and only then.
 *
 * The JVM refuses to close an arena while a native call uses its memory. It is tried again every PERIOD.
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

    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Shade shared;
    private final Set<Shade> closed = new LinkedHashSet<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private final Recurring recurring = new Recurring("ipc-reclaimer", PERIOD_MILLIS, this::round);

    private Reclaimer() {}

    /** An arena and the views that end with it. What changes is guarded by the reclaimer's monitor. */
    static final class Shade {

        private final Arena arena;
        private final long begin = System.nanoTime();
        private int opened;
        private int open;

        Shade(Arena arena) {
            this.arena = arena;
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
        SHARED.end(new Shade(arena));
    }

    /**
     * Has something done within milliseconds that takes time because it frees memory.
     *
     * @param bytes how much it frees
     * @param work what to do, which must not fail
     */
    public static void later(long bytes, Runnable work) {
        SHARED.reclaim(bytes, work);
    }

    synchronized View view(Mapping mapping) {
        View last = mapping.lastView();
        if (last != null && last.shade().opened == 1 && closed.remove(last.shade())) {
            last.shade().open = 1;
            return mapping.lastView(new View(last.shade(), last.memory()));
        }
        return mapping.lastView(singleView(mapping));
    }

    synchronized View singleView(Mapping mapping) {
        boolean joins = closed.size() > BUSY && mapping.size() <= SMALL;
        Shade shade = joins ? shared() : new Shade(Arena.ofShared());
        View view = new View(shade, mapping.within(shade.arena, joins));
        shade.opened++;
        shade.open++;
        return view;
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
    private boolean isJoinable(Shade shade) {
        return shade.opened < MATES && System.nanoTime() - shade.begin < PERIOD_MILLIS * 1_000_000
                && (shade.open > 0 || closed.remove(shade));
    }

    synchronized void close(Shade shade) {
        if (--shade.open == 0) {
            closed.add(shade);
            recurring.start();
        }
    }

    void reclaim(long bytes, Runnable work) {
        boolean tooMuch;
        synchronized (this) {
            waiting.add(work);
            waitingBytes += bytes;
            tooMuch = waiting.size() + closed.size() > MAX_WAITING || waitingBytes > MAX_BYTES;
            if (!tooMuch) {
                recurring.start();
            }
        }
        if (tooMuch) {
            run();
        }
    }

    private void end(Shade shade) {
        if (!tryClose(shade.arena)) {
            synchronized (this) {
                closed.add(shade);
                recurring.start();
            }
        }
    }

    private boolean round() {
        run();
        synchronized (this) {
            return !waiting.isEmpty() || !closed.isEmpty();
        }
    }

    /** One thread after the other, so that whoever returns knows that it is done, whoever has done it. */
    private void run() {
        turn.lock();
        try {
            List<Shade> shades;
            List<Runnable> works;
            synchronized (this) {
                shades = List.copyOf(closed);
                closed.clear();
                works = List.copyOf(waiting);
                waiting.clear();
                waitingBytes = 0;
            }
            shades.forEach(shade -> whateverHappens(() -> end(shade)));
            works.forEach(Reclaimer::whateverHappens);
        } finally {
            turn.unlock();
        }
    }

    /** One that fails, because there is no memory for instance, must not take the others along. */
    private static void whateverHappens(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            System.getLogger(Reclaimer.class.getName()).log(Level.WARNING, "Memory could not be freed.", e);
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
