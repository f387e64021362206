package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.OrphanReport.Cause;
import io.resourcelink.OrphanReport.Collected;
import io.resourcelink.OrphanReport.Reason;
import io.resourcelink.OrphanReport.Skipped;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;

/** One factory's view of the segments of an in-process memory. */
final class InProcessStore implements Store {

    private final InProcessSpace space;

    /** What this factory holds. Guarded by the space. */
    private final Map<MemoryBlock, InProcessSegment> open = new HashMap<>();

    private final Consumer<Collected> told;
    private final KeptNotes kept;

    InProcessStore(InProcessSpace space, Upkeep upkeep) {
        this.space = space;
        this.told = upkeep.collected();
        this.kept = upkeep.kept();
    }

    @Override
    public HeldSegment create(CallFrame frame, SegmentSpec spec) {
        MemoryBlock block = allocate(frame, spec);
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
    public Draft draft(CallFrame frame, SegmentSpec spec, Filling filling) {
        return new UnnamedBlock(allocate(frame, spec));
    }

    /** If there is no room, orphans are collected first. */
    private MemoryBlock allocate(CallFrame frame, SegmentSpec spec) {
        try {
            return space.allocate(spec);
        } catch (OutOfSpaceException e) {
            List<Collected> collected = sweep(frame, Duration.ZERO, false).collected();
            if (collected.isEmpty()) {
                throw e;
            }
            collected.forEach(told);
            return space.allocate(spec);
        }
    }

    private HeldSegment name(MemoryBlock block) {
        Verdict replaced;
        InProcessSegment named;
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

    private InProcessSegment opened(MemoryBlock block) {
        InProcessSegment segment = new InProcessSegment(this, space, block);
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
        public void append(CallFrame frame, MemorySegment bytes, long offset) {
            MemorySegment.copy(bytes, 0, block.payload(), offset, bytes.byteSize());
        }

        @Override
        public HeldSegment publish(CallFrame frame) {
            HeldSegment published = name(block);
            open = false;
            return published;
        }

        @Override
        public void discard(CallFrame frame) {
            letGo();
        }

        @Override
        public void letGo() {
            if (open) {
                space.release(block, 1);
                open = false;
            }
        }
    }

    @Override
    public @Nullable HeldSegment acquire(CallFrame frame, String key) {
        synchronized (space) {
            MemoryBlock block = space.acquire(key,
                    removed -> told.accept(new Collected(key, space.kind(), removed.reason(), removed.bytes())));
            if (block == null) {
                return null;
            }
            InProcessSegment known = open.get(block);
            if (known == null) {
                return opened(block);
            }
            known.join();
            return known;
        }
    }

    @Override
    public HeldSegment accept(CallFrame frame, String key, OpenFile received) {
        throw withoutDescriptors();
    }

    static UnsupportedOperationException withoutDescriptors() {
        return new UnsupportedOperationException("In-process segments are memory of this JVM: there is no descriptor of"
                + " them that could be sent to another process or received from one. Use a factory with a directory.");
    }

    @Override
    public void drop(CallFrame frame, String key, OpenFile transit) {
        transit.close();
    }

    /** Called by a segment that has been released. */
    void forget(InProcessSegment segment) {
        open.remove(segment.block());
    }

    /** Called by a segment that has been released and stays until its time is over. */
    void kept(InProcessSegment segment) {
        kept.note(segment.key(), segment.header(), space.clock());
    }

    @Override
    public @Nullable ResourceLinkInfo info(CallFrame frame, String key) {
        return space.info(key);
    }

    @Override
    public List<ResourceLinkInfo> list(CallFrame frame) {
        return space.list();
    }

    @Override
    public Verdict collect(CallFrame frame, String key, Duration maxAge, boolean dryRun) {
        return noted(key, space.collect(key, maxAge, dryRun));
    }

    @Override
    public Verdict collectExpired(CallFrame frame, String key, long nonce) {
        return noted(key, space.collectExpired(key, nonce));
    }

    /** One that stays until its time is over is noted. */
    private Verdict noted(String key, Verdict outcome) {
        SegmentHeader header = outcome instanceof Verdict.Kept ? space.header(key) : null;
        if (header != null) {
            kept.note(key, header, space.clock());
        }
        return outcome;
    }

    @Override
    public OrphanReport sweep(CallFrame frame, Duration maxAge, boolean dryRun) {
        List<Collected> collected = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        for (String key : space.keys()) {
            switch (collect(frame, key, maxAge, dryRun)) {
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
    public boolean clearStage(CallFrame frame, List<Collected> collected) {
        return false;
    }

    @Override
    public boolean remove(CallFrame frame, String key) {
        return space.remove(key);
    }

    @Override
    public Capacity capacity(CallFrame frame) {
        return space.capacity();
    }

    /** Memory of the JVM is not worth keeping. */
    @Override
    public RecyclingStatistics recyclingStatistics() {
        return RecyclingStatistics.NONE;
    }

    @Override
    public boolean tidy(CallFrame frame) {
        return false;
    }

    @Override
    public @Nullable Long file(CallFrame frame, String key) {
        return null;
    }

    @Override
    public Map<Long, String> files(CallFrame frame) {
        return Map.of();
    }

    @Override
    public Waiters.Waiter waitFor(String key, Reaction reaction) {
        return space.waiters().waitFor(key);
    }

    /** Nobody dies here, so there is nothing to watch for. */
    @Override
    public void watch(Reaction reaction) {}

    @Override
    public void ensureAlive(CallFrame frame) {}

    @Override
    public boolean isRemoved(CallFrame frame) {
        return false;
    }

    @Override
    public boolean isWatching() {
        return true;
    }

    /** Wakes those of other factories as well, who look again and wait on. */
    @Override
    public void stopWatching(long nanos) {
        space.waiters().wakeAll();
    }

    @Override
    public void releaseAll(CallFrame frame) {
        Closing closing = new Closing();
        for (InProcessSegment segment : held()) {
            closing.run(() -> segment.leave(frame, true));
        }
        closing.end();
    }

    @Override
    public void close(CallFrame frame) {
        releaseAll(frame);
    }

    @Override
    public void abandon(CallFrame frame) {
        held().forEach(InProcessSegment::abandon);
    }

    private List<InProcessSegment> held() {
        synchronized (space) {
            return List.copyOf(open.values());
        }
    }
}
