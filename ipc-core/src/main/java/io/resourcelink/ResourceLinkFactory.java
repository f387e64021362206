package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.error.SegmentReplacedException;
import io.resourcelink.error.UnsuitableDirectoryException;
import io.resourcelink.internal.store.FactoryStores;
import io.resourcelink.internal.store.Store;
import io.resourcelink.internal.store.StoreSettings;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.RecyclingStatistics;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * Creates, publishes and acquires segments, and removes those that no process holds. An application needs one. Several
 * factories, in one process or in many, can use the same directory.
 *
 * <p>Each kind of segment has its own directory and its own keys. A key is 1 to 255 bytes of UTF-8 without {@code '/'}
 * and NUL, and does not start with a dot.
 *
 * <p>Thread-safe. The caller closes the factory, which closes all links it gave out. A process that dies without doing so
 * leaves only segments that no process holds, and files in {@code .stage}. Any process's collection removes both.
 *
 * <p>Besides the exceptions named, every method may throw {@link OsException} or {@link PermissionException} if a system call fails,
 * {@link UnsuitableDirectoryException} if its directory cannot hold segments, and {@link IllegalStateException} once it is closed.
 */
public final class ResourceLinkFactory implements AutoCloseable {

    static {
        TransitReference.OF_FACTORY.install(ResourceLinkFactory.class, factory -> factory.links);
        FactoryStores.OF_FACTORY.install(ResourceLinkFactory.class, factory -> factory.stores);
    }

    private final StoreSettings settings;
    private final Listeners listeners;
    private final Links links;
    private final FactoryStores stores;
    private final Publisher publisher;
    private final Segments segments;

    ResourceLinkFactory(StoreSettings settings, Listeners listeners, TimesToLive ttls, LeakDetection leakDetection) {
        this.settings = settings;
        this.listeners = listeners;
        this.links = new Links(settings, listeners, leakDetection);
        this.stores = links.stores();
        this.publisher = new Publisher(settings, ttls, listeners, links);
        this.segments = new Segments(settings, listeners, links);
        stores.begin();
    }

    /** {@return a builder with all defaults} */
    public static ResourceLinkFactoryBuilder builder() {
        return new ResourceLinkFactoryBuilder();
    }

    /**
     * {@return a handle to a new segment of the default kind} See {@link #create(String, long, CreateOptions)}.
     *
     * @param key its key
     * @param payloadSize bytes of its payload, zero or more
     */
    public ResourceLink create(String key, long payloadSize) {
        return create(key, payloadSize, CreateOptions.defaults());
    }

    /**
     * Creates a segment that is filled while others can see it. Its payload is zero at first, and space for every byte is
     * reserved. The segment appears under its key complete or not at all. An orphan that has the key is collected. If space is short, the
     * factory first frees what it keeps for later and collects orphans.
     *
     * @param key its key
     * @param payloadSize bytes of its payload, zero or more
     * @param options kind, time to live and keeping
     * @return a handle to it
     * @throws InvalidKeyException if the key is not valid
     * @throws IllegalArgumentException if the size is negative
     * @throws SegmentAlreadyExistsException if a live segment, or a file that is no segment, has the key
     * @throws OutOfSpaceException if a limit leaves too little room; it says which limit. Nothing is left behind
     * @throws SegmentBusyException if an orphan has the key and another process has it locked for longer than 250 ms
     */
    public ResourceLink create(String key, long payloadSize, CreateOptions options) {
        return publisher.create(key, payloadSize, options);
    }

    /**
     * {@return a handle to a published segment of the default kind} See {@link #publish(String, Content, CreateOptions)}.
     *
     * @param <X> what producing the content may throw
     * @param key its key
     * @param content its payload
     * @throws X what producing the content throws
     */
    public <X extends Exception> ResourceLink publish(String key, Content<X> content) throws X {
        return publish(key, content, CreateOptions.defaults());
    }

    /**
     * Publishes a segment: it appears when its content is complete, and nobody writes to it any more. If producing the content fails, or
     * the process dies, nothing appears. Whether the key is free is checked only after the content is complete. Memory of segments that
     * this factory published, and that no process holds any more, is used again if the size fits ({@link
     * ResourceLinkFactoryBuilder#recycling}). Otherwise like {@link #create(String, long, CreateOptions)}, with the same exceptions.
     *
     * @param <X> what producing the content may throw
     * @param key its key
     * @param content its payload
     * @param options kind, time to live and keeping
     * @return a handle to it, whose payload is read-only
     * @throws X what producing the content throws
     */
    public <X extends Exception> ResourceLink publish(String key, Content<X> content, CreateOptions options)
            throws X {
        return publisher.publish(key, Objects.requireNonNull(content, "content"), options);
    }

    /**
     * {@return a handle to a segment of the default kind with a key that nobody can guess} See {@link #publish(Content, CreateOptions)}.
     *
     * @param <X> what producing the content may throw
     * @param content its payload
     * @throws X what producing the content throws
     */
    public <X extends Exception> ResourceLink publish(Content<X> content) throws X {
        return publish(content, CreateOptions.defaults());
    }

    /**
     * Publishes a segment under a key of 128 random bits, for a consumer that is told the key. Otherwise like {@link
     * #publish(String, Content, CreateOptions)}.
     *
     * @param <X> what producing the content may throw
     * @param content its payload
     * @param options kind, time to live and keeping
     * @return a handle to it, whose payload is read-only and whose {@link ResourceLink#key() key} is 32 hexadecimal digits
     * @throws X what producing the content throws
     */
    public <X extends Exception> ResourceLink publish(Content<X> content, CreateOptions options) throws X {
        return publish(publisher.randomKey(), content, options);
    }

    /** {@return what this factory keeps of the memory of its published segments, and how often it was used again} */
    public RecyclingStatistics recycling() {
        return stores.recycling();
    }

    /** {@return how many bytes of its kept segments still have their names, headers included; 0 if nothing bounds them} Looks for each. */
    public long keptBytes() {
        return stores.budget().bytes();
    }

    /** {@return how many bytes of segments this factory may keep; {@link Long#MAX_VALUE} if nothing bounds them} */
    public long keptBound() {
        return stores.budget().bound();
    }

    /**
     * {@return a handle to a segment of the default kind} See {@link #acquire(String, ResourceKind)}.
     *
     * @param key its key
     */
    public ResourceLink acquire(String key) {
        return acquire(key, settings.defaultKind());
    }

    /**
     * Takes a reference on a segment. Waits up to 250 ms for a collector that has the segment locked, and up to 250 ms for a thread that
     * is releasing it. A kept segment whose time to live is over and that no process holds is not found, and is collected.
     *
     * @param key its key
     * @param kind its kind
     * @return a handle to it
     * @throws InvalidKeyException if the key is not valid
     * @throws SegmentNotFoundException if there is none
     * @throws InvalidSegmentException if the file of that name is not a segment that may be used
     * @throws SegmentBusyException if it is locked or replaced during all that time
     */
    public ResourceLink acquire(String key, ResourceKind kind) {
        return segments.acquire(key, kind);
    }

    /**
     * {@return a handle to the segment of a key that has this nonce} Otherwise like {@link #acquire(String, ResourceKind)}.
     *
     * @param key its key
     * @param kind its kind
     * @param nonce its {@link ResourceLink#nonce() nonce}
     * @throws SegmentReplacedException if another segment has the key now
     */
    public ResourceLink acquire(String key, ResourceKind kind, long nonce) {
        return segments.acquire(key, kind, nonce);
    }

    /**
     * {@return a handle to a segment of the default kind, or nothing} See {@link #tryAcquire(String, ResourceKind)}.
     *
     * @param key its key
     */
    public Optional<ResourceLink> tryAcquire(String key) {
        return tryAcquire(key, settings.defaultKind());
    }

    /**
     * Takes a reference on a segment, if there is one. Otherwise like {@link #acquire(String, ResourceKind)}.
     *
     * @param key its key
     * @param kind its kind
     * @return a handle to it, or nothing
     */
    public Optional<ResourceLink> tryAcquire(String key, ResourceKind kind) {
        return Optional.ofNullable(segments.tryAcquire(key, kind));
    }

    /**
     * {@return a handle to a segment of the default kind, which may appear later} See {@link #acquire(String, ResourceKind, Duration)}.
     *
     * @param key its key
     * @param timeout how long to wait at most
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public ResourceLink acquire(String key, Duration timeout) throws InterruptedException {
        return acquire(key, settings.defaultKind(), timeout);
    }

    /**
     * Takes a reference on a segment, and waits for it to appear if it is not there. Nothing is polled: the kernel tells one thread of
     * this factory of every new name, and that thread wakes the threads that wait for it. If the kernel grants no watch, that thread
     * looks ten times a second instead. When the time is over, the caller looks once more. Waiting blocks no carrier of virtual threads.
     *
     * @param key its key
     * @param kind its kind
     * @param timeout how long to wait at most
     * @return a handle to it
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws SegmentNotFoundException if it has not appeared in time
     */
    public ResourceLink acquire(String key, ResourceKind kind, Duration timeout) throws InterruptedException {
        return segments.acquire(key, kind, timeout);
    }

    /**
     * {@return what is known of a segment of the default kind, or nothing if there is none} See {@link #info(String, ResourceKind)}.
     *
     * @param key its key
     */
    public Optional<ResourceLinkInfo> info(String key) {
        return info(key, settings.defaultKind());
    }

    /**
     * Looks at a segment without taking a reference or a lock.
     *
     * @param key its key
     * @param kind its kind
     * @return what is known of it, or nothing if there is none
     * @throws InvalidKeyException if the key is not valid
     * @throws InvalidSegmentException if the file of that name is not a segment
     */
    public Optional<ResourceLinkInfo> info(String key, ResourceKind kind) {
        return Optional.ofNullable(segments.info(key, kind));
    }

    /**
     * Looks at every segment of both kinds, without taking a reference or a lock. Files that are no segments, or that may
     * not be used, are left out. Mapped files are looked for only if their directory exists.
     *
     * @return what is known of each, by key
     */
    public List<ResourceLinkInfo> list() {
        return segments.list();
    }

    /**
     * Removes every segment, of both kinds, that no process holds and that is at least as old as given. A kept segment must
     * have outlived its time to live as well. A segment that a process holds is never touched, however old or expired. Any
     * number of processes can do this at once.
     *
     * @param maxAge how old an orphan must be, zero for any age
     * @return what was removed, and what was left alone for which reason
     * @throws IllegalArgumentException if the age is negative
     */
    public OrphanReport collectOrphans(Duration maxAge) {
        return listeners.sweeping(() -> segments.sweep(maxAge, false));
    }

    /**
     * Reports what {@link #collectOrphans} would remove at this moment, and removes nothing.
     *
     * @param maxAge how old an orphan must be, zero for any age
     * @return what would be removed, and what would be left alone for which reason
     * @throws IllegalArgumentException if the age is negative
     */
    public OrphanReport findOrphans(Duration maxAge) {
        return segments.sweep(maxAge, true);
    }

    /**
     * Removes the name of a segment of the default kind. See {@link #remove(String, ResourceKind)}.
     *
     * @param key its key
     * @return whether there was one
     */
    public boolean remove(String key) {
        return remove(key, settings.defaultKind());
    }

    /**
     * Removes a segment's name, held or not. The key is free at once, and nobody can acquire the segment any more. Its holders
     * keep its memory, which is freed when the last of them closes its link.
     *
     * @param key its key
     * @param kind its kind
     * @return whether there was one
     * @throws InvalidKeyException if the key is not valid
     * @throws InvalidSegmentException if the file of that name is not a segment; it is left alone
     * @throws SegmentBusyException if a collector has it locked for longer than 250 ms
     */
    public boolean remove(String key, ResourceKind kind) {
        return segments.remove(key, kind);
    }

    /** {@return the directory of the default kind; of in-process memory a path for people, which does not exist} */
    public Path directory() {
        return directory(settings.defaultKind());
    }

    /**
     * {@return the directory of a kind; of in-process memory a path for people, which does not exist}
     *
     * @param kind which kind
     */
    public Path directory(ResourceKind kind) {
        return settings.host().directory(Objects.requireNonNull(kind, "kind"));
    }

    /** {@return the kind of segment that methods without a kind mean} */
    public ResourceKind defaultKind() {
        return settings.defaultKind();
    }

    /** {@return the room for segments of the default kind} */
    public Capacity capacity() {
        return capacity(settings.defaultKind());
    }

    /**
     * {@return the room for segments of a kind, none if its directory does not exist} Takes some hundred microseconds.
     *
     * @param kind which kind
     */
    public Capacity capacity(ResourceKind kind) {
        return stores.look(kind, Capacity.none(directory(kind)), Store::capacity);
    }

    /** {@return whether this factory is closed} */
    public boolean isClosed() {
        return stores.isClosed();
    }

    /** {@return whether the kernel tells this factory of changes} Otherwise the factory polls the directory; the log says why. */
    public boolean isWatching() {
        return stores.isWatching();
    }

    /** {@return how many failures the factory's own threads and its listeners have met} At most one failure per second is logged. */
    public long failures() {
        return settings.failures().count();
    }

    /**
     * Closes every link this factory gave out and what it kept for later. Idempotent. Payloads end and are
     * unmapped before this method returns, except payloads in use by a native call; those end when the call returns.
     *
     * <p>This method always returns. It waits at most ten seconds for operations of other threads, and at most three for each
     * thread of this factory, which a listener may hold up. What they use is closed when they are done.
     */
    @Override
    public void close() {
        stores.close();
    }

    /** Leaves everything as a crash of the process would, for tests. */
    void abandon() {
        stores.abandon();
    }
}
