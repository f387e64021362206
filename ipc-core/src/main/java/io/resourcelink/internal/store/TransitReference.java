package io.resourcelink.internal.store;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.Door;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.segment.ResourceKind;

/*
 * States: in hand, then accepted or dropped, for ever. The transition happens under this object's monitor.
 *
 * The descriptor is a description of its own, with one byte locked on it, and nothing else ever happens to that
 * description: no other byte is locked, none is unlocked, it is not mapped, and no name is removed by it. So it does not
 * matter how many descriptors of it there are, in this process, in the socket and in the receiver: closing the last one
 * drops the reference, and closing any other one does nothing.
 *
 * What a crash leaves, step by step. Each step adds a reference before it drops one, so the segment is held throughout.
 *
 *   of       opened by name, byte locked        the kernel closes the description; the link's own process held it, too
 *   queued   sent; the sender drops its own     the socket holds it, until the receiver has it or is gone
 *   accept   a second description is opened,    the kernel closes both
 *            byte locked on it, mapped, joined
 *   accept   the received one is closed         the receiver's own reference is left, as of any link
 *   drop     closed                             nobody looks whether it was the last: an orphan, if it was
 *   drop     looked, and removed if unheld
 *
 * Drop looks only after closing: whoever let go before may have failed to remove the name because of this very reference.
 * If sender and receiver drop at the same time, whichever closed last finds the segment unheld.
 *
 * The key is what the peer says. It is believed only as far as the file system bears it out (SegmentDirectory,
 * checkedReceived): the name stands for the received file, or the file has no name any more. In the second case the key is a
 * label: joining and removing compare files, so the label finds nothing but the file itself, which has no name.
 */

/**
 * A reference on its way from one process to another: a descriptor for a socket. It keeps the segment as a link does, also
 * while it is queued. If the receiver dies before it accepts, the kernel drops it.
 *
 * <p>The sender takes one of a link ({@link #OF_LINK}), sends {@link #file()} with the key and the kind, and closes it. The
 * receiver makes one of what it got ({@link #OF_FACTORY}), and accepts or closes it. A link's {@code refcount()} counts it once,
 * however many descriptors of it there are. The header's count for peers that take no locks leaves it out, because the kernel
 * could not take it back.
 *
 * <p>Thread-safe, but it must not be closed while its descriptor is being sent. Its maker closes it, unless it was accepted.
 * Nothing is done about one that is forgotten: the segment stays until the process ends. It is not closed with the factory.
 *
 * @param <L> the links of the factory
 */
public final class TransitReference<L extends AutoCloseable> implements AutoCloseable {

    /** Takes one more reference on a link's segment, to be sent. The link may be closed right afterwards. */
    public static final Door<TransitReference<?>> OF_LINK = new Door<>("io.resourcelink.ResourceLink");

    /** Takes over a descriptor that came from another process. Nothing is checked before it is accepted. */
    public static final Door<Receiver> OF_FACTORY = new Door<>("io.resourcelink.ResourceLinkFactory");

    private final FactoryStores stores;
    private final String key;
    private final ResourceKind kind;
    private final OpenFile file;
    private final @Nullable HeldSegment source;
    private final Accepting<L> accepting;
    private boolean closed;

    /** Takes over descriptors that came from other processes. */
    @FunctionalInterface
    public interface Receiver {

        /**
         * Takes over a descriptor.
         *
         * @param key the segment's key, as the sender says
         * @param kind the segment's kind, as the sender says
         * @param file the descriptor
         * @return the reference, whose link will be one of the factory
         */
        TransitReference<?> received(String key, ResourceKind kind, OpenFile file);
    }

    /** Makes a link of a received descriptor. */
    @FunctionalInterface
    public interface Accepting<L extends AutoCloseable> {

        /** Takes a reference of this process. The caller closes the descriptor afterwards. */
        L accept(ResourceKind kind, String key, OpenFile received);
    }

    private TransitReference(FactoryStores stores, String key, ResourceKind kind, OpenFile file,
            @Nullable HeldSegment source, Accepting<L> accepting) {
        this.stores = stores;
        this.key = key;
        this.kind = kind;
        this.file = file;
        this.source = source;
        this.accepting = accepting;
    }

    /**
     * Takes one more reference on a segment that is held. Works also if the segment's name was removed.
     *
     * @throws IllegalStateException if the factory is closed
     * @throws UnsupportedOperationException if the segment is in the memory of this JVM, which has no descriptor
     * @throws PermissionException if the name was removed, and {@code /proc}, which is needed then, is missing
     * @throws SegmentBusyException if no byte could be locked, because a peer ignores the rules
     * @throws OsException if there are too many descriptors, or the system fails in another way
     */
    public static <L extends AutoCloseable> TransitReference<L> of(FactoryStores stores, HeldSegment held,
            Accepting<L> accepting) {
        return new TransitReference<>(stores, held.key(), held.header().kind(), stores.guarded(held::openForTransit),
                held, accepting);
    }

    /** Takes over a descriptor that came from another process. */
    public static <L extends AutoCloseable> TransitReference<L> received(FactoryStores stores, String key,
            ResourceKind kind, OpenFile file,
            Accepting<L> accepting) {
        return new TransitReference<>(stores, Objects.requireNonNull(key, "key"), Objects.requireNonNull(kind, "kind"),
                Objects.requireNonNull(file, "file"), null, accepting);
    }

    /** {@return the segment's key; of a received reference what the sender says} */
    public String key() {
        return key;
    }

    /** {@return the segment's kind; of a received reference what the sender says} */
    public ResourceKind kind() {
        return kind;
    }

    /**
     * The descriptor that is sent. Only to be sent: whoever locked, unlocked or mapped it would do so in all processes that
     * have it.
     *
     * @return the descriptor, which stays this reference's
     * @throws IllegalStateException if this reference was accepted or closed
     */
    public synchronized OpenFile file() {
        ensureOpen();
        return file;
    }

    /**
     * Makes a link of a received reference: takes a reference of this process, checks the segment, and closes the received
     * descriptor, which is closed also if this fails. If the factory has the segment open already, the mapping is shared.
     * Four system calls then, twelve otherwise.
     *
     * <p>If the segment's name was removed since, the link works, under the key that the sender named, or under the one by
     * which this factory has it open. The key may stand for another segment by then; the two have nothing to do with each
     * other.
     *
     * @return the link
     * @throws IllegalStateException if this reference was accepted or closed, or the factory is closed
     * @throws InvalidKeyException if the key is none
     * @throws InvalidSegmentException if the descriptor is not of a segment that may be used, or of one of another
     * directory, or if the file has a name and the key is not it
     * @throws PermissionException if the file's owner is not trusted, or it may not be opened for writing
     * @throws SegmentBusyException if a collector has the segment locked for longer than 250 ms, which can only be if the
     * sender held no reference
     * @throws UnsupportedOperationException if the factory's segments are in the memory of this JVM
     * @throws OsException if there are too many descriptors or mappings, or the system fails in another way
     */
    public synchronized L accept() {
        ensureOpen();
        closed = true;
        try (file) {
            return accepting.accept(kind, key, file);
        }
    }

    /**
     * Closes the descriptor: the reference is dropped, unless it was sent and is queued or received. If nobody holds the
     * segment then, its name is removed, unless it is to be kept; that needs a factory that is open, otherwise it is left
     * to a collector. Idempotent. Nine system calls if somebody does.
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (file) {
                stores.evenIfClosed(this::drop);
            }
        }
    }

    /**
     * Closes the descriptor once it was sent. Cheaper than {@link #close()} as long as the sender has a link to the segment:
     * that link's release will look whether it was the last. If it was released before, this looks. Idempotent. One system
     * call.
     */
    public synchronized void sent() {
        if (closed) {
            return;
        }
        closed = true;
        file.close();
        // In this order: a release that comes now does not see this reference any more, one before may have relied on it.
        if (source == null || source.isReleased()) {
            stores.evenIfClosed(this::lookAfter);
        }
    }

    /** Closes the descriptor, and looks after its segment if that can be done. */
    private void drop() {
        Store store = stores.available(kind);
        if (store == null) {
            file.close();
        } else {
            store.drop(key, file);
        }
    }

    /** Looks after a segment whose last holder may have left it to this reference. */
    private void lookAfter() {
        Store store = stores.available(kind);
        if (store != null) {
            store.collect(key, Duration.ZERO, false);
        }
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("The reference in transit to segment \"" + key + "\" is closed.");
        }
    }

    @Override
    public synchronized String toString() {
        return "TransitReference[" + key + (closed ? ", closed" : "") + "]";
    }
}
