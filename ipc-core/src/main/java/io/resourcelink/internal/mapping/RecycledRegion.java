package io.resourcelink.internal.mapping;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.MemoryFile;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pages;
import io.resourcelink.internal.work.Closing;

/*
 *   open --last handle and hold gone--> ending --views have ended--> over: the loan is closed, the memory is kept
 *
 * The loan says to the maker that its memory is seen, so it is closed only after the views have ended. While they have not, the region
 * waits in the reclaimer's list, behind the arenas of its views. If a view does not end because other memory shares its arena, empty
 * pages take its place after PATIENCE, and the memory is not kept. A running native call is waited for.
 *
 * Everything happens within this object's monitor. The reclaimer waits for it, so nothing is called within it that runs the reclaimer.
 */

/** A region whose file is used for one region after the other; see {@link KeptMemory}. Thread-safe. */
public final class RecycledRegion extends Region {

    /** What {@code /proc} shows behind {@code memfd:}. */
    static final String NAME = "recycled-resourcelink";

    /** How many files are asked whether they are free before a fresh one is made. */
    private static final int MOST_ASKED = 8;

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final KeptMemories home;
    private final OpenFile loan;
    private final @Nullable FileStatus status;
    private @Nullable KeptMemory memory;
    private @Nullable View view;
    private boolean keepable = true;
    private boolean ending;
    private long endingNanos;
    private boolean over;

    private RecycledRegion(KeptMemories home, long size, OpenFile loan, @Nullable FileStatus status,
            @Nullable KeptMemory memory) {
        super(size, loan, true);
        this.home = home;
        this.loan = loan;
        this.status = status;
        this.memory = memory;
    }

    /**
     * Makes a region to be filled, of memory that was used before if there is any.
     *
     * @param size at least 1
     * @return a region with one handle, or {@code null} if the kernel cannot do this
     */
    static @Nullable RecycledRegion make(CallFrame frame, long size) {
        long search = System.nanoTime();
        for (int asked = 0; asked < MOST_ASKED; asked++) {
            KeptMemory kept = KeptMemories.MADE.takeFitting(size, search);
            if (kept == null) {
                break;
            }
            RecycledRegion region = null;
            try {
                region = lend(frame, kept, size);
            } finally {
                if (region == null) {
                    KeptMemories.MADE.putBack(kept);
                }
            }
            if (region != null) {
                return region;
            }
        }
        KeptMemory fresh = fresh(frame, size);
        RecycledRegion region = null;
        try {
            region = fresh == null ? null : lend(frame, fresh, size);
            return region;
        } finally {
            if (region == null && fresh != null) {
                fresh.release();
            }
        }
    }

    /** Returns {@code null} if a process has the memory. */
    private static @Nullable RecycledRegion lend(CallFrame frame, KeptMemory memory, long size) {
        OpenFile loan = memory.lend(frame);
        if (loan == null) {
            return null;
        }
        try {
            memory.clearBehind(size);
            return new RecycledRegion(KeptMemories.MADE, size, loan, null, memory);
        } catch (Throwable e) {
            Closing.undo(e, loan);
            throw e;
        }
    }

    private static @Nullable KeptMemory fresh(CallFrame frame, long size) {
        long capacity = capacity(size);
        OpenFile file = RegionDraft.allocate(frame, NAME, capacity, (same, made) -> made.reserve(same, capacity));
        Mapping mapping = null;
        KeptMemory fresh = null;
        try {
            mapping = Mapping.of(frame, file, capacity);
            Pages.populate(frame, mapping.memory());
            // The mapping comes first: the seal allows for it, and for no other.
            fresh = MemoryFile.sealOtherWriters(frame, file) ? KeptMemory.made(mapping, file) : null;
            return fresh;
        } finally {
            if (fresh == null && mapping != null) {
                mapping.releaseNow(file);
            } else if (fresh == null) {
                file.close();
            }
        }
    }

    /** {@return how large a new file is: room up to an eighth of its power of two, so that sizes that vary a little share files} */
    static long capacity(long size) {
        long unit = Math.max(MemoryFile.PAGE, Long.highestOneBit(size) / 8);
        long units = Math.ceilDiv(size, unit);
        return units > Long.MAX_VALUE / unit ? size : units * unit;
    }

    /**
     * Takes over a descriptor that another process has sent. First checks the memory behind it, unless it is known. Nothing is mapped.
     *
     * @param loan the descriptor, which is closed if it is refused
     * @param size the size that the other process claims, at least 1
     * @return a region with one handle
     * @throws ProtocolException if it is anything but sealed memory for a region of that size, with storage for every byte
     */
    public static Region received(OpenFile loan, long size) {
        KeptMemory known = null;
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = loan.status(frame);
            known = KeptMemories.RECEIVED.takeSame(status);
            if (known == null) {
                MemoryFile.verifyRecycled(frame, loan, size);
            } else {
                MemoryFile.verifyFits(known.capacity(), size);
            }
            return new RecycledRegion(KeptMemories.RECEIVED, size, loan, status, known);
        } catch (Throwable e) {
            if (known != null) {
                KeptMemories.RECEIVED.putBack(known);
            }
            Closing.undo(e, loan);
            throw e;
        }
    }

    @Override
    public boolean isRecycled() {
        return true;
    }

    /** Shows the memory of a region that is being filled to its builder, which closes the view. */
    View filled() {
        return own().singleView();
    }

    /** Has a function fill the memory of a region that this process makes. If it fails, there is no region. */
    void fill(Consumer<MemorySegment> filler) {
        boolean filled = false;
        try {
            own().show(bytes -> {
                filler.accept(bytes.asSlice(0, size()));
                return this;
            });
            filled = true;
        } finally {
            if (!filled) {
                leave();
            }
        }
    }

    private synchronized Mapping own() {
        KeptMemory own = memory;
        if (own == null) {
            throw new IllegalStateException("Received memory cannot be filled.");
        }
        return own.mapping();
    }

    @Override
    public synchronized MemorySegment readable() {
        ensureSeen();
        View seen = view;
        if (seen == null) {
            seen = mapped().mapping().view();
            view = seen;
        }
        return seen.memory().asSlice(0, size()).asReadOnly();
    }

    @Override
    synchronized Mapping mapping() {
        return mapped().mapping();
    }

    private KeptMemory mapped() {
        KeptMemory known = memory;
        if (known != null) {
            return known;
        }
        FileStatus received = Objects.requireNonNull(status);
        try (CallFrame frame = new CallFrame(); OpenFile other = loan.reopen(frame)) {
            Mapping mapping = Mapping.readOnly(frame, other == null ? loan : other, received.size());
            try {
                KeptMemory fresh = KeptMemory.received(mapping, received);
                // Without a second description, the mapping keeps the loan. So it goes with it.
                keepable = other != null;
                memory = fresh;
                return fresh;
            } catch (Throwable e) {
                mapping.releaseNow(null);
                throw e;
            }
        }
    }

    @Override
    public MemorySegment writable() {
        throw new UnsupportedOperationException(
                "Only the builder of recycled shared memory can write to it, in the process that"
                        + " makes it. Make another one: SharedMemory.recycledBuilder(size).");
    }

    @Override
    void endViews() {
        View seen = view;
        if (seen != null) {
            seen.close();
        }
    }

    @Override
    void closeUnused() {
        if (!isUnused()) {
            return;
        }
        if (!ending) {
            ending = true;
            endingNanos = System.nanoTime();
        }
        boolean ended = false;
        try {
            ended = end(false);
        } catch (Throwable _) {
            // Tried again.
        }
        if (!ended) {
            Reclaimer.SHARED.putBack(this);
        }
    }

    /** Its memory is not freed, and it must not make callers do the reclaimer's work. */
    @Override
    long bytes() {
        return 0;
    }

    @Override
    synchronized boolean free(boolean needed) {
        return end(needed);
    }

    private boolean end(boolean needed) {
        KeptMemory mapped = over ? null : memory;
        if (mapped != null && mapped.mapping().isShown()) {
            boolean late = needed || System.nanoTime() - endingNanos > PATIENCE_NANOS;
            if (!late || !mapped.mapping().isShownWithOthers()) {
                return false;
            }
            keepable = false;
            mapped.release();
        }
        loan.close();
        if (mapped != null) {
            over = true;
            if (keepable && !needed) {
                home.keep(mapped);
            } else {
                mapped.release();
            }
        }
        return true;
    }
}
