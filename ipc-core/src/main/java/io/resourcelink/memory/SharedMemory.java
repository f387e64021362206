package io.resourcelink.memory;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.function.Function;

import io.resourcelink.error.OsException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.internal.mapping.RecycledDraft;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.mapping.RegionBuilder;
import io.resourcelink.internal.mapping.RegionDraft;
import io.resourcelink.internal.work.Closer;

/**
 * A handle to memory without a name. A process shares the memory with another one by sending the handle there. The size is
 * sealed from the start, and the content when it is sent for the first time. So a receiver reads memory that cannot vanish
 * and, unless the sender has called {@link #unsafeWritable} or made it by {@link #recycledBuilder}, cannot change either.
 *
 * <p>Thread-safe. The caller that made, received or retained a handle closes it. The memory is freed when the last handle in
 * every process is closed. The kernel closes the handles of a process that dies, so no memory is leaked. A handle that was
 * never closed is closed after the garbage collector has found it unreachable, so keep the handle as long as its views.
 *
 * <p>Empty memory is a handle like any other. It has no descriptor and no mapping, and takes no system call.
 *
 * <p>A handle is equal to itself alone. {@link #contentEquals} compares the bytes, {@link #sameMemoryAs} the memory.
 *
 * <p>Every method but {@link #close}, {@link #isClosed} and {@link #toString} throws {@link IllegalStateException} if this
 * handle is closed.
 */
public final class SharedMemory implements AutoCloseable {

    static {
        Region.DOOR.install(SharedMemory.class, SharedMemory::region, SharedMemory::of);
    }

    private final Region region;
    private final Closer closer;

    /** Takes over one handle of a region. */
    private SharedMemory(Region region) {
        this.region = region;
        this.closer = Closer.of(this, region::leave);
    }

    /** Makes the first handle to a region. If there is no heap for the handle, the region is closed. */
    private static SharedMemory of(Region region) {
        try {
            return new SharedMemory(region);
        } catch (Throwable e) {
            region.leave();
            throw e;
        }
    }

    /**
     * {@return a handle to shared memory of bytes} They are copied once; nothing is mapped.
     *
     * @param bytes the content
     * @throws OutOfSpaceException if there is not enough memory
     * @throws OsException if this process has too many files open
     */
    public static SharedMemory fromBytes(byte[] bytes) {
        return fromBytes(MemorySegment.ofArray(bytes));
    }

    /**
     * Makes shared memory of bytes. They are copied once; nothing is mapped. For bytes that exist already this is faster than
     * {@link #builder}, which saves the copy when the bytes are yet to be computed.
     *
     * @param bytes the content, on the heap or not
     * @return a handle
     * @throws OutOfSpaceException if there is not enough memory
     * @throws OsException if this process has too many files open, or if {@code bytes} is mapped from a file that was truncated
     * @throws IllegalStateException if {@code bytes} is no longer alive
     * @throws WrongThreadException if {@code bytes} belongs to another thread
     */
    public static SharedMemory fromBytes(MemorySegment bytes) {
        return of(RegionDraft.of(bytes));
    }

    /**
     * {@return a handle to shared memory that has the same byte everywhere} Zeros are reserved and not written.
     *
     * @param value the byte
     * @param length how many
     * @throws OutOfSpaceException if there is not enough memory
     * @throws OsException if this process has too many files open
     */
    public static SharedMemory fromByte(byte value, long length) {
        return of(RegionDraft.filled(value, length));
    }

    /**
     * Begins shared memory that the caller fills in place, without a copy. All of it is reserved and mapped now, so that
     * filling it meets no page fault.
     *
     * @param size how many bytes
     * @return a builder that gives the memory to fill and then the handle; the caller closes it
     * @throws IllegalArgumentException if the size is negative
     * @throws OutOfSpaceException if there is not enough memory
     * @throws OsException if this process has too many files open, or too many mappings
     */
    public static Builder builder(long size) {
        return builder(RegionDraft.make(size));
    }

    /**
     * Begins shared memory as {@link #builder} does, but in memory of earlier regions of this process, if there is any of a similar
     * size. That needs no new pages and no sealing, most of the cost of large memory. It is used again when its last handle in every
     * process is closed, no message carries it, and its views have ended. The kernel says so.
     *
     * <ul>
     * <li>The memory to fill is <em>not</em> zero. It has what an earlier region of this process has left there. Write all of it:
     * what is not written is sent as it is.
     * <li>Receivers can neither write to the memory nor change its size. But this process could still change the content after
     * {@link Builder#build()}, by a fault of its own: the builder's memory can be written to for some milliseconds more. A
     * receiver that must not trust this process copies the bytes ({@link #toByteArray}) before it checks them. {@link
     * #mayChange} tells it. A channel that was built with {@code immutableMemoryOnly()} is sent a sealed copy instead.
     * <li>A receiver could keep the memory mapped on purpose, and see what later regions have there, also those for other
     * receivers. Use it among processes that may see each other's content.
     * <li>The file may be longer than the region: at most twice, or one page. The bytes behind the region are zero.
     * </ul>
     *
     * <p>This process keeps up to 128 such files and 256 MiB, each with a descriptor, and mappings of those that it receives. They are
     * freed five seconds after their last use, or when memory is short. On Linux before 5.1, or without {@code /proc}, this is
     * {@link #builder}.
     *
     * @param size how many bytes
     * @return a builder that gives the memory to fill and then the handle; the caller closes it
     * @throws IllegalArgumentException if the size is negative
     * @throws OutOfSpaceException if there is not enough memory
     * @throws OsException if this process has too many files open, or too many mappings
     */
    public static Builder recycledBuilder(long size) {
        return builder(RecycledDraft.make(size));
    }

    /**
     * {@return a handle to recycled memory, as of {@link #recycledBuilder}, that a function has filled} After the call each access of
     * the function's memory throws {@link IllegalStateException}; one by another thread always throws {@link WrongThreadException}.
     * The JVM needs no handshake of its threads for that, so the memory is used again as soon as no process has the region.
     *
     * @param size how many bytes
     * @param filler writes all bytes of the memory that it gets, which are <em>not</em> zero
     * @throws IllegalArgumentException if the size is negative
     * @throws OutOfSpaceException if there is not enough memory
     * @throws OsException if this process has too many files open, or too many mappings
     */
    public static SharedMemory recycled(long size, Consumer<MemorySegment> filler) {
        return of(RecycledDraft.filled(size, filler));
    }

    private static Builder builder(RegionBuilder draft) {
        try {
            return new Builder(draft);
        } catch (Throwable e) {
            draft.discard();
            throw e;
        }
    }

    /** {@return the number of bytes} */
    public long size() {
        return region().size();
    }

    /**
     * Returns whether a process may still change the bytes, while others read them. Of memory that was received, only the process
     * that made it can: it has called {@link #unsafeWritable}, or the memory is recycled. The kernel says so, not the
     * sender. Memory of this process that was not sent yet may change until then.
     *
     * @return whether the content is not final
     */
    public boolean mayChange() {
        return region().mayChange();
    }

    /** {@return whether there are no bytes} */
    public boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Returns the memory itself, not a copy, page-aligned. It is mapped at the first call. All retained handles of this process
     * to the same memory share the mapping. Every thread may read it until the last of these handles is closed; then each
     * access throws {@link IllegalStateException}.
     *
     * @return the bytes, read-only
     * @throws OsException if this process has too many mappings
     */
    public MemorySegment asSegment() {
        return using(Region::readable);
    }

    /**
     * {@return the memory itself as a new buffer, little-endian and read-only} It can be read as long as {@link #asSegment()}.
     *
     * @throws IllegalStateException if there are more than 2<sup>31</sup>-1 bytes
     */
    public ByteBuffer asByteBuffer() {
        return asSegment().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Has a function read the memory itself. After the call each access throws {@link IllegalStateException}; one by another thread
     * always throws {@link WrongThreadException}. If memory was read in no other way, closing it takes no handshake of the JVM's
     * threads, and recycled memory goes back at once. Another thread that closes this handle meanwhile does not end the call.
     *
     * @param <T> what the function returns
     * @param reader gets the bytes, read-only
     * @return what the function returns
     * @throws OsException if this process has too many mappings
     */
    public <T> T read(Function<MemorySegment, T> reader) {
        return using(held -> held.show(reader));
    }

    /**
     * {@return a copy of all bytes} Nothing is mapped.
     *
     * @throws UnsupportedOperationException if there are more bytes than an array can have
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
     * Copies all bytes and closes this handle. If several threads call this, only one of them gets the bytes.
     *
     * @return a copy
     * @throws UnsupportedOperationException if there are more bytes than an array can have; the handle stays open
     */
    public byte[] take() {
        byte[] bytes = toByteArray();
        if (!closer.close()) {
            throw closed();
        }
        return bytes;
    }

    /**
     * {@return another handle to the same memory, which the caller closes as well} No system call.
     */
    public SharedMemory retain() {
        return using(held -> {
            held.join();
            return of(held);
        });
    }

    /**
     * Returns the memory itself for writing, although others may be reading it. What the caller writes shows in every view of
     * this process and, if the memory is sent afterwards, in other processes. Nothing is synchronized. The memory can be
     * accessed as long as {@link #asSegment()}.
     *
     * @return the bytes
     * @throws UnsupportedOperationException if the memory was already sent or received, or is of a {@link #recycledBuilder}; make
     * new memory then
     */
    public MemorySegment unsafeWritable() {
        return using(Region::writable);
    }

    /**
     * Returns whether this is a handle to the very same memory, not only to equal bytes: one handle was made from the other by
     * {@link #retain()}. If the same memory arrives twice from another process, this returns {@code false}: the kernel reuses
     * inode numbers, so the library cannot recognize it. No system call.
     *
     * @param other another handle
     * @return whether sending one of them is enough
     */
    public boolean sameMemoryAs(SharedMemory other) {
        return region().equals(other.region());
    }

    /**
     * Returns whether another handle has equal bytes. Maps both only if the sizes are equal and the memory differs.
     *
     * @param other another handle
     * @return whether size and all bytes are equal
     * @throws IllegalStateException if one of both is closed
     * @throws OsException if this process has too many mappings
     */
    public boolean contentEquals(SharedMemory other) {
        if (size() != other.size()) {
            return false;
        }
        return sameMemoryAs(other)
                || using(mine -> other.using(theirs -> mine.readable().mismatch(theirs.readable()) < 0));
    }

    /** What the handles share. A caller keeps this handle open until it has retained the region. */
    Region region() {
        if (isClosed()) {
            throw closed();
        }
        return region;
    }

    /** {@return whether this handle was closed} */
    public boolean isClosed() {
        return closer.isClosed();
    }

    /**
     * Closes this handle. A second call does nothing. If it was the last handle of this process, another thread unmaps and
     * frees the memory some milliseconds later. From then on an access through a segment that this handle gave out throws
     * {@link IllegalStateException}. The thread waits for a native call that is using the memory.
     */
    @Override
    public void close() {
        closer.close();
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

    private static IllegalStateException closed() {
        return new IllegalStateException("This shared memory is closed.");
    }

    @Override
    public String toString() {
        return "SharedMemory[" + region.size() + " bytes" + (isClosed() ? ", closed" : "") + "]";
    }

    /**
     * Shared memory that is being filled. Thread-safe. The caller that made it builds or closes it. A builder that was never
     * closed is discarded after the garbage collector has found it unreachable.
     */
    public static final class Builder implements AutoCloseable {

        private final RegionBuilder draft;
        private final Closer closer;

        private Builder(RegionBuilder draft) {
            this.draft = draft;
            this.closer = Closer.of(this, draft::discard);
        }

        /**
         * Returns the memory to fill, page-aligned; all zero at first, unless it is {@linkplain #recycledBuilder recycled}. Every
         * thread may write to it until this is built or closed; then each access throws {@link IllegalStateException}, some
         * milliseconds later if it is recycled.
         *
         * @return the bytes, for writing
         * @throws IllegalStateException if this was built or closed
         */
        public MemorySegment memory() {
            return draft.memory();
        }

        /**
         * Ends writing. This takes a handshake of all threads of the JVM, unless the memory is {@linkplain #recycledBuilder recycled}.
         *
         * @return a handle to what was written
         * @throws IllegalStateException if this was built or closed, or if a native call is using the memory that is not recycled;
         * then it can be tried again
         */
        public SharedMemory build() {
            SharedMemory memory = of(draft.finish());
            closer.close();
            return memory;
        }

        /**
         * Discards the memory, unless it was built. A second call does nothing.
         *
         * @throws IllegalStateException if a native call is using the memory; closing can be tried again
         */
        @Override
        public void close() {
            draft.discard();
            closer.close();
        }

        @Override
        public String toString() {
            return "SharedMemory.Builder[" + draft.size() + " bytes]";
        }
    }
}
