package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pages;

/*
 * `holds` counts the owner, which made the mapping, and every arena that shows it. The last of them unmaps. So memory is
 * unmapped only when no segment of it can be accessed any more, which the JVM guarantees once the arena is closed. The owner
 * does not wait for that; the Reclaimer closes the arenas. Releasing and ending a hold allocate nothing: this object is the
 * element of the reclaimer's list. A step that fails is tried again; a step that was done is not repeated.
 *
 * If an arena is left when the owner releases, because a native call uses the memory, it unmaps the memory when it ends. An arena
 * that other mappings share may stay open for long, and must not keep this mapping's file. If it has not ended after PATIENCE, or
 * if a caller needs the memory now, the pages are replaced by empty ones of this process, and the file's memory is freed. This
 * happens under this object's monitor, because the kernel may give an unmapped address to another mapping a moment later.
 *
 * The file is closed when the owner has released the mapping. If there is an audience, other processes must learn from a lock
 * when the memory is no longer shown. The kernel keeps the locks of a closed file as long as the file is mapped.
 */

/**
 * A file, or a part of it, as memory of this process. Thread-safe. The caller that made it releases it; when the process dies,
 * the kernel does. A child process does not inherit it.
 */
public final class Mapping extends Hold.Memory {

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final MemorySegment memory;
    private int holds = 1;
    private int sharedHolds;
    private boolean released;
    private long releasedNanos;
    private boolean ownerLeft;
    private boolean unmapped;

    /** Set by the owner before the memory is shown. */
    private @Nullable Audience audience;

    /** Closed after the owner has left. */
    private @Nullable OpenFile file;

    /** Guarded by the reclaimer's monitor. */
    private @Nullable View lastView;

    /** Learns when the memory is no longer shown. */
    public interface Audience {

        /**
         * Called when the last view has ended: no thread can access the memory through it any more. A new view may have been
         * opened meanwhile. If this throws, it is called again later.
         */
        void viewsHaveEnded();
    }

    private Mapping(MemorySegment memory) {
        this.memory = memory;
    }

    /**
     * Maps a file from its start, for reading and writing. No page is touched.
     *
     * @param frame memory of the calling operation
     * @param file the file
     * @param size bytes to map, at least one
     * @return the mapping
     */
    public static Mapping of(CallFrame frame, OpenFile file, long size) {
        return of(frame, Pages.map(frame, file, size));
    }

    /**
     * Maps a file from its start, for reading only. No page is touched.
     *
     * @param frame memory of the calling operation
     * @param file the file
     * @param size bytes to map, at least one
     * @return the mapping
     */
    public static Mapping readOnly(CallFrame frame, OpenFile file, long size) {
        return of(frame, Pages.mapReadOnly(frame, file, size));
    }

    private static Mapping of(CallFrame frame, MemorySegment mapped) {
        try {
            return new Mapping(mapped);
        } catch (Throwable e) {
            Pages.unmap(frame, mapped);
            throw e;
        }
    }

    /**
     * Returns the mapped bytes, for the owner alone. The owner releases the mapping when no thread uses these bytes: nothing
     * else keeps a late access from ending the JVM. Others get a {@link #view}.
     *
     * @return all bytes
     */
    public MemorySegment memory() {
        return memory;
    }

    /** {@return the bytes that are mapped} */
    @Override
    public long size() {
        return memory.byteSize();
    }

    /**
     * Sets who is told when views have ended, until the mapping is released. Called by the owner before there are views.
     *
     * @param told who
     */
    public void audience(Audience told) {
        audience = told;
    }

    /**
     * Returns whether a thread may still access the memory through a view, open or closed.
     *
     * @return whether a view has not ended yet
     */
    public synchronized boolean isShown() {
        return holds > (ownerLeft ? 0 : 1);
    }

    /** Returns whether a view has not ended yet because other memory shares its arena. */
    synchronized boolean isShownWithOthers() {
        return sharedHolds > 0;
    }

    /**
     * Shows the bytes to others, in any thread, until the view is closed. If the last view was closed a moment ago and has not
     * ended yet, it opens again, and so do the segments that were taken of it. No system call.
     *
     * @return a view of all bytes, to be closed by the caller, before or after the mapping is released
     */
    public View view() {
        return Reclaimer.SHARED.view(this);
    }

    /**
     * Shows the bytes until the view is closed. The segments taken of it do not open again with a later view.
     *
     * @return a view of all bytes, to be closed by the caller, before or after the mapping is released
     */
    public View singleView() {
        return Reclaimer.SHARED.singleView(this);
    }

    /**
     * Shows the bytes to the calling thread alone, until a function returns. From then on each access through the segment throws, and
     * so does one by another thread at any time. The JVM needs no handshake for that, so the memory can be used again at once. No
     * system call. The caller sees to it that the mapping is not released before the function begins.
     *
     * @param use gets all bytes
     * @return what the function returns
     */
    <T> T show(Function<MemorySegment, T> use) {
        Arena arena = Arena.ofConfined();
        MemorySegment shown = within(arena);
        hold(false);
        try {
            return use.apply(shown);
        } finally {
            // If this failed, the segment could still be used, and the memory would have to stay.
            arena.close();
            unhold(false);
        }
    }

    /** Releases the mapping. Another thread unmaps it some milliseconds later. A second call does nothing. No system call. */
    public void release() {
        release(null);
    }

    /**
     * Releases the mapping and its descriptor. Another thread unmaps the memory and then closes the descriptor: closing the last
     * descriptor of a file without a name frees its pages, which takes time. A second call does nothing. No system call.
     *
     * @param file the descriptor; the caller has unlocked what others wait for
     */
    public void release(@Nullable OpenFile file) {
        if (markReleased(file)) {
            Reclaimer.SHARED.reclaim(this);
        }
    }

    /**
     * Releases the mapping and its descriptor, and does in the calling thread what is left to another one otherwise. What fails is tried
     * again there. Never throws. A second call does nothing.
     */
    void releaseNow(@Nullable OpenFile file) {
        if (markReleased(file)) {
            try {
                leave(true);
            } catch (Throwable _) {
                Reclaimer.SHARED.putBack(this);
            }
        }
    }

    private synchronized boolean markReleased(@Nullable OpenFile last) {
        if (released) {
            return false;
        }
        released = true;
        releasedNanos = System.nanoTime();
        file = last;
        return true;
    }

    @Override
    long bytes() {
        return size();
    }

    @Override
    boolean free(boolean needed) {
        if (isReleased()) {
            return leave(needed);
        }
        tellAudience();
        return true;
    }

    private synchronized boolean isReleased() {
        return released;
    }

    /** Returns {@code false} if the pages stay for the moment, because a shared arena has not ended. */
    private synchronized boolean leave(boolean needed) {
        boolean stays = false;
        try {
            if (!ownerLeft) {
                ownerLeft = true;
                holds--;
            }
            if (holds == 0) {
                unmap();
            } else if (sharedHolds > 0) {
                stays = !needed && System.nanoTime() - releasedNanos < PATIENCE_NANOS;
                if (!stays) {
                    Pages.detach(memory);
                }
            }
        } finally {
            if (file != null) {
                file.close();
            }
        }
        return !stays;
    }

    /** Tells the audience some milliseconds later, if there is no view then, although none has ended. Allocates nothing. */
    public void tellLater() {
        Reclaimer.SHARED.putBack(this);
    }

    private void tellAudience() {
        if (audience != null && !isShown()) {
            audience.viewsHaveEnded();
        }
    }

    private void unmap() {
        if (!unmapped) {
            Pages.unmap(memory);
            unmapped = true;
        }
    }

    /** Unmaps at once, for an owner that has closed the only arena that showed it. Instead of {@link #release}. */
    void unmapNow() {
        synchronized (this) {
            released = true;
            ownerLeft = true;
        }
        unhold(false);
    }

    @Nullable
    View lastView() {
        return lastView;
    }

    View lastView(View opened) {
        lastView = opened;
        return opened;
    }

    /** The bytes within an arena, which does not hold the mapping by that. */
    @SuppressWarnings("restricted")
    MemorySegment within(Arena arena) {
        return memory.reinterpret(arena, null);
    }

    @Override
    synchronized void hold(boolean shared) {
        holds++;
        sharedHolds += shared ? 1 : 0;
    }

    @Override
    synchronized void unshare() {
        sharedHolds--;
    }

    @Override
    void unhold(boolean shared) {
        try {
            synchronized (this) {
                holds--;
                sharedHolds -= shared ? 1 : 0;
                if (holds == 0) {
                    unmap();
                }
            }
            if (!isReleased()) {
                tellAudience();
            }
        } catch (Throwable _) {
            Reclaimer.SHARED.putBack(this);
        }
    }
}
