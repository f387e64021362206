package io.resourcelink.internal.store.heap;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.Draft;
import io.resourcelink.internal.store.Filling;
import io.resourcelink.internal.store.HeldSegment;
import io.resourcelink.internal.store.KeptNotes;
import io.resourcelink.internal.store.Reservation;
import io.resourcelink.internal.store.SentSegment;
import io.resourcelink.internal.store.Store;
import io.resourcelink.internal.store.Upkeep;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.internal.store.Waiters;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SpaceId;

/** One factory's view of the segments of an in-process memory. */
public final class HeapStore implements Store {

    private final HeapSpace space;

    /** What this factory holds. Guarded by the space. */
    private final Map<MemoryBlock, HeapSegment> open = new HashMap<>();

    private final Consumer<Collected> told;
    private final KeptNotes kept;

    public HeapStore(HeapSpace space, Upkeep upkeep) {
        this.space = space;
        this.told = upkeep.collected();
        this.kept = upkeep.kept();
    }

    @Override
    public HeldSegment create(SegmentSpec spec) {
        MemoryBlock block = allocate(spec);
        HeldSegment created = null;
        try {
            created = name(block);
            return created;
        } finally {
            if (created == null) {
                space.release(block, 1);
            }
        }
    }

    @Override
    public Draft draft(SegmentSpec spec, Filling filling) {
        return new UnnamedBlock(allocate(spec));
    }

    /** If there is no room, orphans are collected first. */
    private MemoryBlock allocate(SegmentSpec spec) {
        try {
            return space.allocate(spec);
        } catch (OutOfSpaceException e) {
            List<Collected> collected = sweep(Duration.ZERO, false).collected();
            if (collected.isEmpty()) {
                throw e;
            }
            collected.forEach(told);
            return space.allocate(spec);
        }
    }

    private HeldSegment name(MemoryBlock block) {
        Verdict replaced;
        HeapSegment named;
        synchronized (space) {
            replaced = space.name(block);
            if (replaced instanceof Verdict.Stays present) {
                throw new SegmentAlreadyExistsException(block.key(), space.path().toString(), present.why());
            }
            named = opened(block);
        }
        if (replaced instanceof Verdict.Removed(Reason reason, long bytes)) {
            told.accept(new Collected(block.key(), space.kind(), reason, bytes));
        }
        return named;
    }

    private HeapSegment opened(MemoryBlock block) {
        HeapSegment segment = new HeapSegment(this, space, block);
        open.put(block, segment);
        return segment;
    }

    private final class UnnamedBlock implements Draft {

        private final MemoryBlock block;
        private boolean open = true;

        UnnamedBlock(MemoryBlock block) {
            this.block = block;
        }

        @Override
        public MemorySegment payload() {
            return block.payload();
        }

        @Override
        public void append(MemorySegment bytes, long offset) {
            MemorySegment.copy(bytes, 0, block.payload(), offset, bytes.byteSize());
        }

        @Override
        public HeldSegment publish() {
            HeldSegment published = name(block);
            open = false;
            return published;
        }

        @Override
        public void discard() {
            release();
        }

        @Override
        public void release() {
            if (open) {
                space.release(block, 1);
                open = false;
            }
        }
    }

    @Override
    public @Nullable HeldSegment acquire(String key) {
        synchronized (space) {
            MemoryBlock block = space.acquire(key,
                    removed -> told.accept(new Collected(key, space.kind(), removed.reason(), removed.bytes())));
            if (block == null) {
                return null;
            }
            HeapSegment known = open.get(block);
            if (known == null) {
                return opened(block);
            }
            known.join();
            return known;
        }
    }

    @Override
    public HeldSegment accept(SentSegment sent, OpenFile received) {
        throw withoutDescriptors();
    }

    static UnsupportedOperationException withoutDescriptors() {
        return new UnsupportedOperationException("In-process segments are memory of this JVM: there is no descriptor of"
                + " them that could be sent to another process or received from one. Use a factory with a directory.");
    }

    @Override
    public void drop(String key, OpenFile transit) {
        transit.close();
    }

    /** Called by a segment that has been released. */
    void forget(HeapSegment segment) {
        open.remove(segment.block());
    }

    /** Called by a segment that has been released and stays until its time is over. */
    void kept(HeapSegment segment) {
        kept.note(segment.key(), segment.header(), space.clock());
    }

    @Override
    public @Nullable ResourceLinkInfo info(String key) {
        return space.info(key);
    }

    @Override
    public List<ResourceLinkInfo> list() {
        return space.list();
    }

    @Override
    public Verdict collect(String key, Duration maxAge, boolean dryRun) {
        return noted(key, space.collect(key, maxAge, dryRun));
    }

    @Override
    public Verdict collectExpired(String key, long nonce) {
        return noted(key, space.collectExpired(key, nonce));
    }

    /** Notes a block that stays until its time is over. */
    private Verdict noted(String key, Verdict outcome) {
        SegmentHeader header = outcome instanceof Verdict.Kept ? space.header(key) : null;
        if (header != null) {
            kept.note(key, header, space.clock());
        }
        return outcome;
    }

    @Override
    public OrphanReport sweep(Duration maxAge, boolean dryRun) {
        List<Collected> collected = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        for (String key : space.keys()) {
            switch (collect(key, maxAge, dryRun)) {
                case Verdict.Removed removed ->
                    collected.add(new Collected(key, space.kind(), removed.reason(), removed.bytes()));
                case Verdict.Stays stays -> skipped.add(new Skipped(key, space.kind(), stays.cause(),
                        stays.cause() == Cause.HELD ? "" : stays.detail()));
                case Verdict.Gone _ -> {
                }
            }
        }
        return new OrphanReport(collected, skipped);
    }

    @Override
    public boolean remove(String key) {
        return space.remove(key);
    }

    @Override
    public boolean removeIncarnation(String key, long nonce) {
        return space.removeIncarnation(key, nonce);
    }

    @Override
    public @Nullable Reservation tryReserve(String key) {
        return space.tryReserve(key);
    }

    @Override
    public SpaceId space(@Nullable String hostId) {
        return space.id();
    }

    @Override
    public Capacity capacity() {
        return space.capacity();
    }

    @Override
    public Waiters.Waiter waitFor(String key) {
        return space.waiters().waitFor(key);
    }

    @Override
    public boolean isWatching() {
        return true;
    }

    /** Wakes threads of other factories as well. They look again and continue to wait. */
    @Override
    public void stopWatching(long nanos) {
        space.waiters().wakeAll();
    }

    @Override
    public void releaseAll() {
        Closing closing = new Closing();
        for (HeapSegment segment : held()) {
            closing.run(() -> segment.leave(true));
        }
        closing.end();
    }

    @Override
    public void close() {
        releaseAll();
    }

    @Override
    public void abandon() {
        held().forEach(HeapSegment::abandon);
    }

    private List<HeapSegment> held() {
        synchronized (space) {
            return List.copyOf(open.values());
        }
    }
}
