package io.resourcelink.internal.store;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.Door;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.segment.ResourceKind;

/*
 * States: in hand, then accepted or dropped, for ever. The transition happens under this object's monitor.
 *
 * The descriptor has a description of its own, with one byte locked on it. Nothing else ever happens to that description:
 * no other byte is locked, none is unlocked, it is not mapped, and no name is removed through it. So it does not matter how
 * many descriptors of it there are, in this process, in sockets and in receivers: a message that goes to several processes
 * takes one. Closing the last descriptor drops the reference, and closing any other one does nothing.
 *
 * What a crash leaves, step by step. Each step adds a reference before it drops one, so the segment is held throughout.
 *
 *   of       opened by name, byte locked        the kernel closes the description; the link's own process held it, too
 *   queued   sent; the sender drops its own     the socket holds it, until the receiver has it or is gone
 *   accept   a second description is opened,    the kernel closes both
 *            or was kept; byte locked on it,
 *            mapped, joined
 *   accept   the received one is closed         the receiver's own reference is left, as of any link
 *   drop     closed                             no process checks whether it was the last: an orphan, if so
 *   drop     checked, and removed if unheld
 *
 * Drop checks only after closing: a holder that released before may have left the name because of this very reference.
 * If sender and receiver drop at the same time, the one that closes last finds the segment unheld.
 *
 * The peer supplies the key. It is believed only as far as the file system confirms it (ReceivedFiles):
 * the key is the name of the received file, or the file no longer has a name. In the second case the key is only a label.
 * Joining and removing compare files, so the label finds nothing but the file itself, which has no name.
 */

/**
 * A reference on its way from one process to another: a descriptor for a socket. It keeps the segment as a link does,
 * also while it is queued. If the receiver dies before it accepts, the kernel drops it.
 *
 * <p>The sender takes a transit reference of a link ({@link #OF_LINK}), sends {@link #file()} with the key and the kind,
 * and closes it. The receiver makes one from what it received ({@link #OF_FACTORY}), and accepts or closes it. A link's
 * {@code refcount()} counts it once, however many descriptors of it there are. The header's count for peers that take no
 * locks does not include it, because the kernel could not undo that count.
 *
 * <p>Thread-safe, but it must not be closed while its descriptor is being sent. Its maker closes it, unless it was
 * accepted. Nothing closes a forgotten one: the segment stays until the process ends. It is not closed with the factory.
 *
 * @param <L> the links of the factory
 */
public final class TransitReference<L extends AutoCloseable> implements AutoCloseable {

    /** Takes one more reference on a link's segment, to be sent. The link may be closed right afterwards. */
    public static final Door<TransitReference<?>> OF_LINK = new Door<>("io.resourcelink.ResourceLink");

    /** Takes over a descriptor that came from another process. Nothing is checked before it is accepted. */
    public static final Door<Receiver> OF_FACTORY = new Door<>("io.resourcelink.ResourceLinkFactory");

    private final FactoryStores stores;
    private final SentSegment segment;
    private final OpenFile file;
    private final @Nullable HeldSegment source;
    private final Accepting<L> accepting;
    private boolean closed;

    /** A factory, as the place to which references come. */
    public interface Receiver {

        /** {@return the fingerprint of the directory that the factory has for a kind at this moment, 0 if it is not known} */
        long directory(ResourceKind kind);

        /**
         * Takes over a descriptor.
         *
         * @param segment what the sender says about the segment. A larger one is not accepted
         * @param file the descriptor
         * @return the reference, whose link will be one of the factory
         */
        TransitReference<?> received(SentSegment segment, OpenFile file);
    }

    /** Makes a link of a received descriptor. */
    @FunctionalInterface
    public interface Accepting<L extends AutoCloseable> {

        /** Takes a reference of this process. The caller closes the descriptor afterwards, or drops it if this fails. */
        L accept(SentSegment segment, OpenFile received);
    }

    private TransitReference(FactoryStores stores, SentSegment segment, OpenFile file, @Nullable HeldSegment source,
            Accepting<L> accepting) {
        this.stores = stores;
        this.segment = segment;
        this.file = file;
        this.source = source;
        this.accepting = accepting;
    }

    /**
     * Takes one more reference on a segment that is held. Works even if the segment's name was removed.
     *
     * @throws IllegalStateException if the factory is closed
     * @throws UnsupportedOperationException if the segment is in the memory of this JVM, which has no descriptor
     * @throws PermissionException if the name was removed, and {@code /proc}, which is needed then, is missing
     * @throws SegmentBusyException if no byte could be locked, because a peer ignores the rules
     * @throws OsException if there are too many descriptors, or the system fails in another way
     */
    public static <L extends AutoCloseable> TransitReference<L> of(FactoryStores stores, HeldSegment held,
            Accepting<L> accepting) {
        SentSegment segment = new SentSegment(held.key(), held.header().kind(), held.size());
        return new TransitReference<>(stores, segment, stores.guarded(held::openForTransit), held, accepting);
    }

    /** Takes over a descriptor that came from another process. */
    public static <L extends AutoCloseable> TransitReference<L> received(FactoryStores stores, SentSegment segment,
            OpenFile file, Accepting<L> accepting) {
        return new TransitReference<>(stores, Objects.requireNonNull(segment, "segment"),
                Objects.requireNonNull(file, "file"), null, accepting);
    }

    /** {@return the segment's key; of a received reference, the key that the sender named} */
    public String key() {
        return segment.key();
    }

    /** {@return the segment's kind; of a received reference, the kind that the sender named} */
    public ResourceKind kind() {
        return segment.kind();
    }

    /**
     * {@return the size of the segment's file in bytes, header included; of a received reference, the size that the sender
     * named} Asks no kernel.
     */
    public long size() {
        return segment.size();
    }

    /**
     * Makes sure that the segment is in the directory that a peer has for segments of this kind. If the directory of this factory was
     * removed and made again, the two may have looked at different times, so the peer finds out. Makes a system call only if the
     * directories seem to differ.
     *
     * @param fingerprint the fingerprint of the peer's directory, 0 if it is not known
     * @param peer the peer's process, for people
     * @throws DifferentDirectoryException if the segment is in another directory
     */
    public void ensureIn(long fingerprint, String peer) {
        if (source == null || fingerprint == 0 || fingerprint == source.directory() || stores.wasRemoved(kind())) {
            return;
        }
        throw DifferentDirectoryException.notSent(key(), stores.directory(kind()), peer, Trust.setting(kind()));
    }

    /**
     * The descriptor that is sent. Only send it. A process that locks, unlocks or maps it does so in all processes that
     * have it.
     *
     * @return the descriptor, which this reference still owns
     * @throws IllegalStateException if this reference was accepted or closed
     */
    public synchronized OpenFile file() {
        ensureOpen();
        return file;
    }

    /**
     * Makes a link of a received reference. It takes a reference of this process, checks the segment, and closes the
     * received descriptor. The descriptor is closed even if this fails. If the factory has the segment open already, the
     * mapping is shared. If it has kept the mapping of the segment's file, as it does for recycled ones, it uses it again.
     *
     * <p>The link works even if the segment's name was removed in the meantime. Its key is then the one that the sender
     * named, or the one by which this factory has the segment open. That key may now be the name of another segment; the
     * two are unrelated.
     *
     * @return the link
     * @throws IllegalStateException if this reference was accepted or closed, or the factory is closed
     * @throws InvalidKeyException if the key is not valid
     * @throws InvalidSegmentException if the descriptor is not of a segment that may be used, or the file is larger than the
     * sender named
     * @throws DifferentDirectoryException if the file is on another file system than the factory's directory, or has a
     * name that is not the key in this directory
     * @throws PermissionException if the file's owner is not trusted, or it may not be opened for writing
     * @throws SegmentBusyException if a collector has the segment locked for longer than 250 ms, which is possible only
     * if the sender held no reference
     * @throws UnsupportedOperationException if the factory's segments are in the memory of this JVM
     * @throws OsException if there are too many descriptors or mappings, or the system fails in another way
     */
    public synchronized L accept() {
        ensureOpen();
        closed = true;
        L accepted;
        try {
            accepted = accepting.accept(segment, file);
        } catch (Throwable e) {
            // Not before: a factory whose directory was removed tries it again in the new one.
            Closing.undo(e, () -> stores.evenIfClosed(this::drop));
            throw e;
        }
        file.close();
        return accepted;
    }

    /**
     * Closes the descriptor. This drops the reference, unless it was sent and is queued or received. If no process holds
     * the segment then, its name is removed, unless it is to be kept. That needs an open factory; otherwise a collector
     * removes it. Idempotent.
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
     * Closes the descriptor at its sender, after it was sent to one or more processes, or could not be sent. It is cheaper than {@link
     * #close()} as long as the sender has a link to the segment: the release of that link will check whether it was the last. If that
     * link was released before, this method checks. Idempotent.
     */
    public synchronized void sent() {
        if (closed) {
            return;
        }
        closed = true;
        file.close();
        // In this order: a release that comes now no longer sees this reference, one that came before may have relied on
        // it.
        if (source == null || source.isReleased()) {
            stores.evenIfClosed(this::lookAfter);
        }
    }

    /** Closes the descriptor, and checks its segment if that is possible. */
    private void drop() {
        Store store = stores.available(segment.kind());
        if (store == null) {
            file.close();
        } else {
            store.drop(segment.key(), file);
        }
    }

    /** Checks a segment whose last holder may have left its removal to this reference. */
    private void lookAfter() {
        Store store = stores.available(segment.kind());
        if (store != null) {
            store.collect(segment.key(), Duration.ZERO, false);
        }
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("The reference in transit to segment \"" + segment.key() + "\" is closed.");
        }
    }

    @Override
    public synchronized String toString() {
        return "TransitReference[" + segment.key() + (closed ? ", closed" : "") + "]";
    }
}
