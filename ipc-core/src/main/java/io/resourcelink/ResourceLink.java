package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.store.HeldSegment;
import io.resourcelink.internal.store.Reference;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * A handle to a segment: one reference, as the kernel counts it. The segment's memory stays while the handle is open. It
 * does not matter what happens to other holders, to the name or to the time to live. Closing the last handle of all
 * processes removes the segment, unless it was created to be kept.
 *
 * <p>Thread-safe. The caller that creates, acquires or retains a handle closes it. When the process dies, for whatever
 * reason, the kernel drops the reference. A collector then removes the segment if no other process holds it.
 *
 * <p>The memory itself is shared and unsynchronized: what one process writes, others see while it is being written.
 * Agree on who writes when. For instance, hand over the key only when the payload is complete.
 *
 * <p>Every method but {@link #close()} and {@link #isClosed()} throws {@link IllegalStateException} once this handle is
 * closed.
 */
public final class ResourceLink implements AutoCloseable {

    static {
        TransitReference.OF_LINK.install(ResourceLink.class, link -> link.links.transit(link.open()));
    }

    private final Links links;
    private final HeldSegment segment;
    private final Reference reference;

    /** If this fails, the caller releases the reference. */
    ResourceLink(Links links, HeldSegment segment, Reference reference) {
        this.links = links;
        this.segment = segment;
        this.reference = reference;
        reference.guard(this);
    }

    /** {@return the segment's key} */
    public String key() {
        return open().key();
    }

    /** {@return where the segment's bytes are} */
    public ResourceKind kind() {
        return open().header().kind();
    }

    /** {@return the number in the segment's header that tells it from all others that had or will have the same key} */
    public long nonce() {
        return open().header().nonce();
    }

    /**
     * {@return how many bytes the segment occupies} These are its header of 64 bytes, its payload, and, if its memory was used
     * before for a longer payload, up to as many bytes as the payload has.
     */
    public long size() {
        return open().size();
    }

    /** {@return the size of the payload in bytes} */
    public long payloadSize() {
        return open().header().payloadSize();
    }

    /** {@return whether the payload has no bytes} */
    public boolean isEmpty() {
        return payloadSize() == 0;
    }

    /** {@return when the segment was created, by the wall clock} */
    public Instant createdAt() {
        return open().currentHeader().createdAt(clock());
    }

    /** {@return the time since the segment was created} Steps of the wall clock do not affect it. */
    public Duration age() {
        return open().currentHeader().age(clock());
    }

    /** {@return the time to live that the segment was created with, or {@code null} if it has none} */
    public @Nullable Duration ttl() {
        return open().header().ttl();
    }

    /** {@return whether the time to live is over} A segment that is held stays, expired or not. */
    public boolean isExpired() {
        return open().currentHeader().isExpired(clock());
    }

    /**
     * Asks the kernel how many references all processes hold, this one included. A reference that is held throughout the
     * call is counted once. The kernel may or may not count a reference that is taken or released during the call.
     *
     * @return the number of references, at least one
     */
    public long refcount() {
        return open().refcount();
    }

    /**
     * Reads all that is known of the segment, from the kernel and from its header.
     *
     * @return what is known of the segment
     * @throws InvalidSegmentException if a peer has damaged the header or truncated the file
     */
    public ResourceLinkInfo info() {
        return open().info();
    }

    /**
     * The payload: the shared memory itself, not a copy. It starts at a multiple of 64 bytes. All handles of one factory
     * to the same segment share it. It stays valid, in every thread, until the last of these handles is closed. An
     * access after that throws {@link IllegalStateException}, but only after some 10 milliseconds. It is later if a
     * native call is using the memory, or if a link stays open to another small segment that was opened in the same
     * moment. Before that, the access shows this segment as its holders left it. In the second case, it may also show
     * zeros. It never shows another segment, and never ends the JVM. If the thread is in the middle of a read or copy when
     * the access ends, the JDK may also set its interrupt flag.
     *
     * <p>A process that may write to the segment may also truncate its file. Reads and writes in Java and {@link
     * MemorySegment#copy} behind the new end throw {@link InternalError}; in compiled code, the thread's next call into
     * native code throws it. Atomic operations and native code behind the new end <em>end the JVM</em>: {@link
     * java.util.zip.CRC32}, {@link java.util.zip.Deflater}, {@link MemorySegment#mismatch}, writing to a channel. If you
     * do not trust your peers with that, copy first: {@link #readPayload(long, ByteBuffer)}.
     *
     * <p>A published payload is read-only for Java code: writing to it throws the JDK's {@link IllegalArgumentException}. {@link
     * #writePayload(byte[])} throws {@link UnsupportedOperationException}, and {@link #asByteBuffer()} gives a read-only buffer.
     * The memory itself is not read-only: native code that gets its address can write to it, and so can any process that maps
     * the file.
     *
     * @return the payload, for reading and writing; for reading only if the segment was published
     */
    public MemorySegment payload() {
        MemorySegment payload = open().payload();
        return segment.header().published() ? payload.asReadOnly() : payload;
    }

    /**
     * The payload as a little-endian buffer, from its first byte to its last. It is not a copy. It is valid as long as
     * {@link #payload()}.
     *
     * @return a new buffer
     * @throws IllegalStateException if the payload is larger than a buffer can be, 2<sup>31</sup>-1 bytes
     */
    public ByteBuffer asByteBuffer() {
        return payload().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Copies bytes to the start of the payload.
     *
     * @param bytes the bytes to write
     * @throws IndexOutOfBoundsException if the payload has no room for all of them; nothing is written
     * @throws UnsupportedOperationException if the segment was published
     */
    public void writePayload(byte[] bytes) {
        writePayload(0, bytes);
    }

    /**
     * Copies bytes into the payload.
     *
     * @param offset where in the payload the first byte goes
     * @param bytes the bytes to write
     * @throws IndexOutOfBoundsException if they do not fit there; nothing is written
     * @throws UnsupportedOperationException if the segment was published
     */
    public void writePayload(long offset, byte[] bytes) {
        write(offset, MemorySegment.ofArray(bytes));
    }

    /**
     * Copies the remaining bytes of a buffer into the payload and moves the buffer's position to its limit.
     *
     * @param offset where in the payload the first byte goes
     * @param bytes the bytes to write
     * @throws IndexOutOfBoundsException if they do not fit there; nothing is written
     * @throws UnsupportedOperationException if the segment was published
     */
    public void writePayload(long offset, ByteBuffer bytes) {
        write(offset, MemorySegment.ofBuffer(bytes));
        bytes.position(bytes.limit());
    }

    private void write(long offset, MemorySegment source) {
        if (open().header().published()) {
            throw new UnsupportedOperationException(
                    "Segment \"" + segment.key() + "\" was published: it is complete, and"
                            + " nobody writes to it any more. Publish another one.");
        }
        MemorySegment payload = checkedSlice(offset, source.byteSize());
        try {
            segment.copy(source, payload);
        } catch (InternalError e) {
            throw truncated(e);
        }
    }

    /**
     * Copies bytes out of the payload.
     *
     * @param offset where in the payload the first byte is
     * @param length the number of bytes
     * @return a copy
     * @throws IndexOutOfBoundsException if the payload has no such bytes
     * @throws InvalidSegmentException if a peer has truncated the file
     */
    public byte[] readPayload(long offset, int length) {
        MemorySegment payload = checkedSlice(offset, length);
        byte[] copy = new byte[length];
        read(payload, MemorySegment.ofArray(copy));
        return copy;
    }

    /**
     * Copies bytes out of the payload until a buffer is full, and moves the buffer's position to its limit.
     *
     * @param offset where in the payload the first byte is
     * @param target the buffer; it takes as many bytes as remain in it
     * @throws IndexOutOfBoundsException if the payload has fewer; nothing is copied
     * @throws InvalidSegmentException if a peer has truncated the file
     */
    public void readPayload(long offset, ByteBuffer target) {
        read(checkedSlice(offset, target.remaining()), MemorySegment.ofBuffer(target));
        target.position(target.limit());
    }

    private void read(MemorySegment payload, MemorySegment target) {
        try {
            segment.copy(payload, target);
        } catch (InternalError e) {
            throw truncated(e);
        }
        // If another thread has closed this handle during the copy, the caller must not rely on the bytes. They are not
        // another segment's: see payload().
        open();
    }

    private MemorySegment checkedSlice(long offset, long length) {
        MemorySegment payload = payload();
        long available = payload.byteSize() - Math.clamp(offset, 0, payload.byteSize());
        if (offset < 0 || length < 0 || length > available || offset > payload.byteSize()) {
            throw new IndexOutOfBoundsException("Segment \"" + key() + "\": " + length + " bytes needed at offset "
                    + offset + ", " + available + " available of a payload of " + payload.byteSize() + ".");
        }
        return payload.asSlice(offset, length);
    }

    private InvalidSegmentException truncated(InternalError cause) {
        return UnusableException.truncated(segment.key(), segment.size(), cause);
    }

    /**
     * Starts the segment's time to live again, for every holder. A holder that is slow but alive renews; a dead one
     * cannot. Renewing matters only for kept segments.
     *
     * @throws InvalidSegmentException if a peer has truncated the file
     */
    public void renew() {
        open().renew();
    }

    /**
     * Removes the segment's name, if it still is this segment's. The key is free at once, and nobody can acquire the segment any
     * more. This handle and those of all other holders keep the memory, which is freed when the last of them is closed.
     *
     * @return whether the segment had its name
     */
    public boolean remove() {
        return links.remove(open());
    }

    /**
     * Takes one more reference on the segment. It does not look up the key, so it works even if the name was removed.
     *
     * @return another handle, which the caller closes separately
     */
    public ResourceLink retain() {
        open();
        return links.retain(segment);
    }

    /** {@return whether this handle was closed, by itself or with its factory} */
    public boolean isClosed() {
        return reference.isClosed() || segment.isReleased();
    }

    /**
     * Releases this handle's reference. Idempotent. The last handle of this process ends the validity of {@link
     * #payload} and, if no other process holds the segment, removes the segment. Another thread unmaps and frees the
     * memory, so the cost depends neither on the size of the segment nor on the number of threads. That thread also
     * waits for a native call that still uses the payload.
     *
     * <p>A handle that the application forgets is closed after the garbage collector has found it unreachable, and
     * reported. Do not keep a payload longer than its handle.
     */
    @Override
    public void close() {
        reference.close();
    }

    /** The segment of this handle, open or not. */
    HeldSegment segment() {
        return segment;
    }

    private HeldSegment open() {
        if (isClosed()) {
            throw new IllegalStateException("The link to segment \"" + segment.key() + "\" is closed.");
        }
        return segment;
    }

    private SegmentClock clock() {
        return segment.clock();
    }

    @Override
    public String toString() {
        return "ResourceLink[" + segment.key() + ", " + segment.header().payloadSize() + " bytes"
                + (isClosed() ? ", closed" : "") + "]";
    }
}
