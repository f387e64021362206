package io.resourcelink.internal.store.heap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.store.Reservation;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.internal.store.Waiters;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SpaceId;

/*
 * One monitor, this object's, guards the names, the bytes in use, and all of every block but its payload. So what needs
 * an order of locks and questions between processes is a single step here. A thread that looks a name up and takes a
 * reference does both inside the monitor. So does a thread that finds no reference and removes the name. Memory is
 * allocated outside, after its bytes were booked, because zeroing it takes time. It is freed inside, so that a release
 * that is refused has changed nothing.
 */

/** The segments of one kind in an in-process memory, from all factories. Thread-safe. */
public final class HeapSpace {

    private final ResourceKind kind;
    private final Path path;
    private final long capacity;
    private final SegmentClock clock;
    private final Map<String, MemoryBlock> blocks = new HashMap<>();
    private final Set<String> reserved = new HashSet<>();
    private final SpaceId id = new SpaceId(UUID.randomUUID().toString().replace("-", ""));
    private final Waiters waiters = new Waiters();
    private long used;

    public HeapSpace(ResourceKind kind, Path path, long capacity, SegmentClock clock) {
        this.kind = kind;
        this.path = path;
        this.capacity = capacity;
        this.clock = clock;
    }

    ResourceKind kind() {
        return kind;
    }

    /** A name for this place, where another store has the path of its directory. */
    public Path path() {
        return path;
    }

    SegmentClock clock() {
        return clock;
    }

    Waiters waiters() {
        return waiters;
    }

    synchronized Capacity capacity() {
        return new Capacity(capacity, capacity - used, SpaceLimit.APPLICATION, path.toString());
    }

    /** Makes a block without a name, held once. */
    MemoryBlock allocate(SegmentSpec spec) {
        long size = spec.size();
        book(spec.key(), size);
        boolean allocated = false;
        try {
            SegmentHeader header = SegmentHeader.begin(kind, spec, clock, false);
            MemoryBlock block = new MemoryBlock(spec.key(), size, header);
            block.addReferences(1);
            allocated = true;
            return block;
        } catch (OutOfMemoryError e) {
            OutOfSpaceException refused = OutOfSpaceException.inApplication(spec.key(), size, 0, "this JVM",
                    "start it with a larger -XX:MaxDirectMemorySize");
            refused.initCause(e);
            throw refused;
        } finally {
            if (!allocated) {
                book(spec.key(), -size);
            }
        }
    }

    private synchronized void book(String key, long bytes) {
        if (bytes > capacity - used) {
            throw OutOfSpaceException.inApplication(key, bytes, capacity - used, path.toString(),
                    "give the InProcessMemory a larger capacity");
        }
        used += bytes;
    }

    /**
     * Gives a block its key, in place of an orphan if necessary, unless the present owner of the key stays. Returns what
     * became of that one.
     */
    synchronized Verdict name(MemoryBlock block) {
        Verdict before = collect(block.key(), Duration.ZERO, false);
        if (!(before instanceof Verdict.Stays)) {
            blocks.put(block.key(), block);
            block.named(true);
            waiters.wake(block.key());
        }
        return before;
    }

    /**
     * Takes a reference on the block of a key, unless it is a kept block whose time is over and that no factory holds.
     */
    synchronized @Nullable MemoryBlock acquire(String key, Consumer<Verdict.Removed> overdue) {
        MemoryBlock block = blocks.get(key);
        if (block == null) {
            return null;
        }
        if (block.references() == 0 && block.header().keep()
                && verdict(block, Duration.ZERO) instanceof Verdict.Removed removed) {
            drop(block);
            overdue.accept(removed);
            return null;
        }
        block.addReferences(1);
        return block;
    }

    /**
     * Releases references. After the last one the block is dropped. If it is to be kept, it moves to other memory
     * instead. Returns whether it is kept.
     */
    synchronized boolean release(MemoryBlock block, int count) {
        boolean kept = false;
        if (block.references() == count) {
            kept = block.named() && verdict(block, Duration.ZERO) instanceof Verdict.Stays;
            if (kept) {
                block.move();
            } else {
                drop(block);
            }
        }
        block.addReferences(-count);
        return kept;
    }

    /** Drops references as if their holder had died. */
    synchronized void abandon(MemoryBlock block, int count) {
        if (block.references() == count) {
            if (block.named()) {
                block.move();
            } else {
                drop(block);
            }
        }
        block.addReferences(-count);
    }

    private void drop(MemoryBlock block) {
        block.free();
        blocks.remove(block.key(), block);
        used -= block.size();
    }

    private Verdict verdict(MemoryBlock block, Duration maxAge) {
        return Verdict.onUnheld(block.header(), block.size(), maxAge, clock);
    }

    synchronized Verdict collect(String key, Duration maxAge, boolean dryRun) {
        MemoryBlock block = blocks.get(key);
        if (block == null) {
            return new Verdict.Gone();
        }
        if (block.references() > 0) {
            return new Verdict.Held(block.references());
        }
        Verdict verdict = verdict(block, maxAge);
        if (!dryRun && verdict instanceof Verdict.Removed) {
            drop(block);
        }
        return verdict;
    }

    /** Removes a name if its block was to be kept, its time is over and no factory holds it. */
    synchronized Verdict collectExpired(String key, long nonce) {
        MemoryBlock block = blocks.get(key);
        return block == null || block.header().nonce() != nonce || !block.header().keep()
                ? new Verdict.Gone()
                : collect(key, Duration.ZERO, false);
    }

    /** Returns the header of the block of a key. */
    synchronized @Nullable SegmentHeader header(String key) {
        MemoryBlock block = blocks.get(key);
        return block == null ? null : block.header();
    }

    /** Removes a name. The memory is freed with the last reference, or at once if there is none. */
    synchronized boolean remove(String key) {
        MemoryBlock block = blocks.remove(key);
        if (block == null) {
            return false;
        }
        block.named(false);
        if (block.references() == 0) {
            drop(block);
        }
        return true;
    }

    /** The same if the block of the key has this nonce. */
    synchronized boolean removeIncarnation(String key, long nonce) {
        MemoryBlock block = blocks.get(key);
        return block != null && block.header().nonce() == nonce && remove(key);
    }

    /** Takes the right to make the block of a key. Returns {@code null} if another thread has it. */
    synchronized @Nullable Reservation tryReserve(String key) {
        if (!reserved.add(key)) {
            return null;
        }
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                unreserve(key);
            }
        };
    }

    private synchronized void unreserve(String key) {
        reserved.remove(key);
    }

    /** What no other memory has. */
    SpaceId id() {
        return id;
    }

    synchronized List<String> keys() {
        return List.copyOf(blocks.keySet());
    }

    synchronized @Nullable ResourceLinkInfo info(String key) {
        MemoryBlock block = blocks.get(key);
        return block == null ? null : info(block);
    }

    synchronized List<ResourceLinkInfo> list() {
        List<ResourceLinkInfo> infos = new ArrayList<>();
        blocks.values().forEach(block -> infos.add(info(block)));
        return infos;
    }

    synchronized ResourceLinkInfo info(MemoryBlock block) {
        return block.header().info(block.key(), block.size(), block.named(), block.references(), clock);
    }
}
