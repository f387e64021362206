package io.resourcelink.memory;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OsException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.mapping.RegionDraft;
import io.resourcelink.internal.mapping.View;
import io.resourcelink.internal.work.Forgotten;

/**
 * A handle to memory without a name, which is shared with another process by sending it there. Its size is sealed from the
 * start, its content when it is sent for the first time: whoever has it reads memory that cannot vanish under him and, if
 * nobody asked for {@link #unsafeWritable}, cannot change either.
 *
 * <p>Thread-safe. Whoever made, received or copied a handle closes it. The memory is there until the last handle of every
 * process is closed; the kernel closes those of a process that dies, so that nothing is ever left. A handle that is
 * forgotten is closed after the garbage collector has found it unreachable: do not keep a view longer than its handle.
 *
 * <p>Empty memory is a handle like any other, but behind it there is nothing: no descriptor, no mapping, no system call.
 *
 * <p>Handles are equal if their bytes are. A closed one is equal to itself alone, so close none that is a key in a map.
 * Every method but {@link #close}, {@link #isClosed}, {@link #equals}, {@link #hashCode} and {@link #toString} throws
 * {@link IllegalStateException} once this handle is closed.
 */
public final class SharedMemory implements AutoCloseable {

    static {
        Region.DOOR.install(SharedMemory.class, SharedMemory::region, SharedMemory::of);
    }

    private final Region region;
    private final Handle handle;
    private final Cleaner.Cleanable net;

    /** Takes over one handle of a region. */
    private SharedMemory(Region region) {
        this.region = region;
        this.handle = new Handle(region);
        this.net = Forgotten.onceUnreachable(this, handle);
    }

    /** What is left of a handle that nobody can reach any more. Must not know it, or it would always be reached. */
    private static final class Handle implements Runnable {

        private final Region region;
        private final AtomicBoolean closed = new AtomicBoolean();

        Handle(Region region) {
            this.region = region;
        }

        boolean tryClose() {
            if (!closed.compareAndSet(false, true)) {
                return false;
            }
            region.leave();
            return true;
        }

        @Override
        public void run() {
            tryClose();
        }
    }

    /**
     * Makes shared memory of bytes. They are copied once: two system calls, one for every 256 KiB, and no mapping.
     *
     * @param bytes the content
     * @return a handle
     * @throws OutOfSpaceException if there is no memory for it
     * @throws OsException if this process has too many files open
     */
    public static SharedMemory fromBytes(byte[] bytes) {
        return fromBytes(MemorySegment.ofArray(bytes));
    }

    /**
     * Makes shared memory of bytes. They are copied once: two system calls, one for every 256 KiB of the heap or 2 MiB of other
     * memory, and no mapping. Whoever computes the bytes can save the copy with {@link #builder}; for bytes that are there
     * already, this is faster.
     *
     * @param bytes the content, on the heap or not
     * @return a handle
     * @throws OutOfSpaceException if there is no memory for it
     * @throws OsException if this process has too many files open, or if {@code bytes} is mapped from a file that was truncated
     * @throws IllegalStateException if {@code bytes} is no longer alive
     * @throws WrongThreadException if {@code bytes} is another thread's
     */
    public static SharedMemory fromBytes(MemorySegment bytes) {
        return of(RegionDraft.of(bytes));
    }

    /**
     * Makes shared memory that has the same byte everywhere. Two system calls, and one for every 256 KiB; of zeros, which are
     * reserved and not written, one for every 16 MiB.
     *
     * @param value the byte
     * @param length how many
     * @return a handle
     * @throws OutOfSpaceException if there is no memory for it
     * @throws OsException if this process has too many files open
     */
    public static SharedMemory fromByte(byte value, long length) {
        return of(RegionDraft.filled(value, length));
    }

    /**
     * Begins shared memory that is filled in place, without a copy. All of it is reserved and mapped now, so that filling it
     * meets no page fault: four system calls, and two for every 16 MiB.
     *
     * @param size how many bytes
     * @return what gives the memory to fill, and then the handle; to be closed
     * @throws OutOfSpaceException if there is no memory for it
     * @throws OsException if this process has too many files open, or mappings
     */
    public static Builder builder(long size) {
        return new Builder(RegionDraft.make(size));
    }

    /** Makes the first handle to a region, and closes the region if there is no memory for the handle. */
    private static SharedMemory of(Region region) {
        try {
            return new SharedMemory(region);
        } catch (Throwable e) {
            region.leave();
            throw e;
        }
    }

    /** {@return the number of bytes} */
    public long size() {
        return region().size();
    }

    /** {@return whether there are no bytes} */
    public boolean isEmpty() {
        return size() == 0;
    }

    /**
     * The memory itself, not a copy, page-aligned. All handles of this process that were copied of one another share a
     * mapping; it stays valid, in every thread, until the last of them is closed, and every access after that is an
     * {@link IllegalStateException}. Two system calls the first time.
     *
     * @return the bytes, read-only
     * @throws OsException if this process has too many mappings
     */
    public MemorySegment asSegment() {
        return using(Region::readable);
    }

    /**
     * The memory itself as a buffer, little-endian. Valid as long as {@link #asSegment()}.
     *
     * @return a new buffer, read-only
     * @throws IllegalStateException if there are more than 2<sup>31</sup>-1 bytes
     */
    public ByteBuffer asByteBuffer() {
        return asSegment().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Copies all bytes. One system call for each 256 KiB; nothing is mapped.
     *
     * @return a copy
     * @throws UnsupportedOperationException if there are more than an array can have
     */
    public byte[] toByteArray() {
        return using(held -> {
            if (held.size() > Integer.MAX_VALUE - 8) {
                throw new UnsupportedOperationException("No array can have " + held.size()
                        + " bytes. Read them in place: asSegment().");
            }
            return held.read();
        });
    }

    /**
     * Copies all bytes and closes this handle, which is all that most receivers of small memory want. Costs like
     * {@link #toByteArray} and {@link #close}. Of several threads only one gets them.
     *
     * @return a copy
     * @throws UnsupportedOperationException if there are more than an array can have; the handle stays open
     */
    public byte[] take() {
        byte[] bytes = toByteArray();
        if (!tryClose()) {
            throw closed();
        }
        return bytes;
    }

    /**
     * Makes another handle to the same memory. No system call.
     *
     * @return a handle, to be closed on its own
     */
    public SharedMemory retain() {
        return using(held -> {
            held.join();
            return new SharedMemory(held);
        });
    }

    /**
     * The memory itself for writing, in spite of all who read it meanwhile; what is written shows in every view, in this
     * process and, if it is sent afterwards, in others. Nothing is synchronized. Valid as long as {@link #asSegment()}. Two
     * system calls the first time.
     *
     * @return the bytes
     * @throws UnsupportedOperationException if the memory was sent or received already; make new memory then
     */
    public MemorySegment unsafeWritable() {
        return using(Region::writable);
    }

    /**
     * Tells whether this is a handle to the very same memory, not only to equal bytes: a copy of the other one, or the
     * other one of this. Memory that came twice from another process is not recognized. The kernel does number such files,
     * but it uses numbers again.
     *
     * @param other another handle
     * @return whether sending one of them is enough
     */
    public boolean sameMemoryAs(SharedMemory other) {
        return region() == other.region();
    }

    /** {@return whether this handle was closed} */
    public boolean isClosed() {
        return handle.closed.get();
    }

    /**
     * Gives this handle back. Idempotent. If it is the last one of this process, the descriptor is closed with one system
     * call, and the memory is unmapped and freed some milliseconds later, by another thread. From then on a late access by way of a segment
     * that this handle gave out is an {@link IllegalStateException} (see {@link View}); a native call that is in the
     * middle of using it is waited for.
     */
    @Override
    public void close() {
        tryClose();
    }

    private boolean tryClose() {
        if (!handle.tryClose()) {
            return false;
        }
        net.clean();
        return true;
    }

    private <T> T using(Function<Region, T> operation) {
        Region held = region();
        held.retain();
        try {
            return operation.apply(held);
        } finally {
            held.release();
            Reference.reachabilityFence(this);
        }
    }

    /** What the handles share. A caller keeps this handle until it has retained the region. */
    Region region() {
        if (isClosed()) {
            throw closed();
        }
        return region;
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("This shared memory is closed.");
    }

    /**
     * Compares the bytes, unless one of both is closed. Maps both; no copy.
     *
     * @param other anything
     * @return whether it is shared memory of equal bytes
     */
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof SharedMemory that) || isClosed() || that.isClosed()) {
            return false;
        }
        if (region.size() != that.region.size()) {
            return false;
        }
        return region == that.region
                || using(mine -> that.using(theirs -> mine.readable().mismatch(theirs.readable()) < 0));
    }

    /**
     * Hashes the size and samples of the bytes, up to 17 of 64 bytes each: large memory that differs little may have the
     * same hash. As many system calls.
     *
     * @return the hash, which changes when the handle is closed
     */
    @Override
    public int hashCode() {
        return isClosed() ? System.identityHashCode(this) : using(Region::contentHash);
    }

    @Override
    public String toString() {
        return "SharedMemory[" + region.size() + " bytes" + (isClosed() ? ", closed" : "") + "]";
    }

    /**
     * Shared memory that is being filled. Thread-safe. Whoever made it builds or closes it; one that is forgotten is
     * discarded after the garbage collector has found it unreachable.
     */
    public static final class Builder implements AutoCloseable {

        private final RegionDraft draft;
        private final Cleaner.Cleanable net;

        private Builder(RegionDraft draft) {
            this.draft = draft;
            this.net = Forgotten.onceUnreachable(this, draft);
        }

        /**
         * The memory to fill, all zero at first, page-aligned. Every thread may write to it, until this is built or
         * closed; every access after that is an {@link IllegalStateException}.
         *
         * @return the bytes, for writing
         * @throws IllegalStateException if this was built or closed
         */
        public MemorySegment memory() {
            return draft.memory();
        }

        /**
         * Ends writing. One system call, and the JVM's handshake of all threads.
         *
         * @return a handle to what was written
         * @throws IllegalStateException if this was built or closed, or if a native call is using the memory, in which
         * case it may be tried again
         */
        public SharedMemory build() {
            SharedMemory memory = of(draft.finish());
            net.clean();
            return memory;
        }

        /**
         * Discards the memory, unless it was built. Idempotent.
         *
         * @throws IllegalStateException if a native call is using the memory; closing may be tried again
         */
        @Override
        public void close() {
            draft.discard();
            net.clean();
        }

        @Override
        public String toString() {
            return "SharedMemory.Builder[" + draft.size() + " bytes]";
        }
    }
}
