package io.resourcelink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.AccessDeniedException;
import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.os.CallFrame;
import io.resourcelink.os.Platform;

/**
 * Creates and acquires segments, and looks after those that nobody holds. One for an application is enough; several, in
 * one process or in many, work side by side on the same directory.
 *
 * <p>Each kind of segment has its own directory and its own keys. A key is 1 to 255 bytes of UTF-8 without {@code '/'}
 * and NUL, and does not start with a dot.
 *
 * <p>Thread-safe. Whoever built it closes it, which closes all links it gave out. A process that dies without doing so
 * leaves segments that nobody holds, and nothing else; any process's collection removes them.
 *
 * <p>Besides the exceptions named, every method may throw {@link OsException} or {@link AccessDeniedException} if the
 * system fails or refuses a call, and {@link IllegalStateException} once the factory is closed.
 */
public final class ResourceLinkFactory implements AutoCloseable {

    private final Builder configuration;

    /** Held shared by every operation, exclusively to close: no operation sees a closed directory. */
    private final ReentrantReadWriteLock lifecycle = new ReentrantReadWriteLock();
    private final Map<ResourceKind, SegmentStore> stores = new EnumMap<>(ResourceKind.class);
    private volatile boolean closed;

    private ResourceLinkFactory(Builder configuration) {
        this.configuration = configuration;
        store(configuration.defaultKind);
    }

    /** {@return a builder with all defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** How a factory is made. Not thread-safe; may be used again after {@link #build()}. */
    public static final class Builder {

        private @Nullable Path directory;
        private @Nullable Path mappedFileDirectory;
        private ResourceKind defaultKind = ResourceKind.SHARED_MEMORY;
        private Duration defaultTtl = Duration.ZERO;
        private final Set<Integer> trustedOwners = new HashSet<>();
        private SegmentClock clock = SegmentClock.system();

        private Builder() {}

        private Builder(Builder other) {
            this.directory = other.directory;
            this.mappedFileDirectory = other.mappedFileDirectory;
            this.defaultKind = other.defaultKind;
            this.defaultTtl = other.defaultTtl;
            this.trustedOwners.addAll(other.trustedOwners);
            this.clock = other.clock;
        }

        /**
         * Sets the directory of shared-memory segments, {@code /dev/shm/ipc-<user id>} if not set. It should be on a
         * tmpfs. If it is missing and its parent is not, it is made for its owner alone.
         *
         * @param directory where it is
         * @return this builder
         */
        public Builder directory(Path directory) {
            this.directory = Objects.requireNonNull(directory, "directory");
            return this;
        }

        /**
         * Sets the directory of mapped-file segments, {@code /var/tmp/ipc-<user id>} if not set. It should be on a local
         * disk. It is opened, and made if it is missing and its parent is not, when it is first needed.
         *
         * @param directory where it is
         * @return this builder
         */
        public Builder mappedFileDirectory(Path directory) {
            this.mappedFileDirectory = Objects.requireNonNull(directory, "directory");
            return this;
        }

        /**
         * Sets the kind that is meant where none is named, {@link ResourceKind#SHARED_MEMORY} if not set.
         *
         * @param kind the default kind
         * @return this builder
         */
        public Builder defaultKind(ResourceKind kind) {
            this.defaultKind = Objects.requireNonNull(kind, "kind");
            return this;
        }

        /**
         * Sets the time to live of segments that are created without one of their own, none if not set.
         *
         * @param ttl whole milliseconds, or zero for none
         * @return this builder
         * @throws IllegalArgumentException if it is negative, or positive but shorter than a millisecond
         */
        public Builder defaultTtl(Duration ttl) {
            this.defaultTtl = Objects.requireNonNull(CreateOptions.defaults().withTtl(ttl).ttl());
            return this;
        }

        /**
         * Trusts another user: directories and segments that belong to this one are used like one's own. Without it, only
         * this process's user and root are trusted. For operators who look after other users' directories; whoever is
         * trusted can put anything in place of a segment.
         *
         * @param userId the user's number
         * @return this builder
         */
        public Builder trustOwner(int userId) {
            trustedOwners.add(userId);
            return this;
        }

        Builder clock(SegmentClock clock) {
            this.clock = clock;
            return this;
        }

        private Path path(ResourceKind kind) {
            return switch (kind) {
                case SHARED_MEMORY -> directory != null ? directory : Path.of("/dev/shm/ipc-" + userId());
                case MAPPED_FILE -> mappedFileDirectory != null
                        ? mappedFileDirectory
                        : Path.of("/var/tmp/ipc-" + userId());
            };
        }

        private boolean isConfigured(ResourceKind kind) {
            return kind == defaultKind || switch (kind) {
                case SHARED_MEMORY -> directory != null;
                case MAPPED_FILE -> mappedFileDirectory != null;
            };
        }

        private static String userId() {
            return Integer.toUnsignedString(Platform.userId());
        }

        /**
         * Builds a factory and opens the directory of its default kind.
         *
         * @return the factory, to be closed by the caller
         * @throws UnsupportedOperationException if this is not Linux on x86-64 or aarch64
         * @throws IllegalCallerException if native access is not allowed
         * @throws AccessDeniedException if the directory may not be used, or others could replace files in it
         * @throws OsException if the directory cannot be opened or made
         */
        public ResourceLinkFactory build() {
            Platform.check();
            return new ResourceLinkFactory(new Builder(this));
        }
    }

    /**
     * Creates a segment of the default kind.
     *
     * @param key its key
     * @param payloadSize bytes of its payload, zero or more
     * @return a handle to it
     * @see #create(String, long, CreateOptions)
     */
    public ResourceLink create(String key, long payloadSize) {
        return create(key, payloadSize, CreateOptions.defaults());
    }

    /**
     * Creates a segment: space for every byte is reserved, the payload is zero, and the segment appears under its key
     * complete or not at all. An orphan that has the key is collected. A process that dies on the way leaves nothing.
     * If space is short, orphans are collected first. Nine system calls, and one more for every 16 MiB.
     *
     * @param key its key
     * @param payloadSize bytes of its payload, zero or more
     * @param options kind, time to live and keeping
     * @return a handle to it
     * @throws InvalidKeyException if the key is none
     * @throws IllegalArgumentException if the size is negative
     * @throws SegmentAlreadyExistsException if a live segment, or a file that is no segment, has the key
     * @throws OutOfSpaceException if the file system has no room; nothing is left behind
     * @throws SegmentBusyException if an orphan has the key and another process has it locked for longer than 250 ms
     */
    public ResourceLink create(String key, long payloadSize, CreateOptions options) {
        SegmentKey.checked(key);
        if (payloadSize < 0) {
            throw new IllegalArgumentException("A payload has zero bytes or more; asked for " + payloadSize + ".");
        }
        ResourceKind kind = options.kind() == null ? configuration.defaultKind : options.kind();
        Duration ttl = options.ttl() == null ? configuration.defaultTtl : options.ttl();
        return call(kind, (store, frame) -> new ResourceLink(this,
                store.create(frame, key, payloadSize, millis(ttl), options.keep())));
    }

    private static long millis(Duration ttl) {
        return ttl.compareTo(Duration.ofMillis(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : ttl.toMillis();
    }

    /**
     * Acquires a segment of the default kind.
     *
     * @param key its key
     * @return a handle to it
     * @see #acquire(String, ResourceKind)
     */
    public ResourceLink acquire(String key) {
        return acquire(key, configuration.defaultKind);
    }

    /**
     * Takes a reference on a segment. Seven system calls if this factory does not have it open, two if it does. Waits
     * up to 250 ms for a collector that has the segment locked, and as long for a thread that is just releasing it.
     *
     * @param key its key
     * @param kind its kind
     * @return a handle to it
     * @throws InvalidKeyException if the key is none
     * @throws SegmentNotFoundException if there is none
     * @throws InvalidSegmentException if the file of that name is not a segment that may be used
     * @throws SegmentBusyException if it does not come to rest
     */
    public ResourceLink acquire(String key, ResourceKind kind) {
        return tryAcquire(key, kind).orElseThrow(() -> new SegmentNotFoundException(key, directory(kind).toString()));
    }

    /**
     * Acquires a segment of the default kind, if there is one.
     *
     * @param key its key
     * @return a handle to it, or nothing
     * @see #tryAcquire(String, ResourceKind)
     */
    public Optional<ResourceLink> tryAcquire(String key) {
        return tryAcquire(key, configuration.defaultKind);
    }

    /**
     * Takes a reference on a segment, if there is one. Otherwise like {@link #acquire(String, ResourceKind)}.
     *
     * @param key its key
     * @param kind its kind
     * @return a handle to it, or nothing
     */
    public Optional<ResourceLink> tryAcquire(String key, ResourceKind kind) {
        SegmentKey.checked(key);
        return Optional.ofNullable(look(kind, null, (store, frame) -> store.acquire(frame, key)))
                .map(segment -> new ResourceLink(this, segment));
    }

    /**
     * Looks at a segment of the default kind.
     *
     * @param key its key
     * @return what is known of it, or nothing if there is none
     * @see #info(String, ResourceKind)
     */
    public Optional<ResourceLinkInfo> info(String key) {
        return info(key, configuration.defaultKind);
    }

    /**
     * Looks at a segment without taking a reference or a lock. Five system calls, and two for each holding process.
     *
     * @param key its key
     * @param kind its kind
     * @return what is known of it, or nothing if there is none
     * @throws InvalidKeyException if the key is none
     * @throws InvalidSegmentException if the file of that name is not a segment
     */
    public Optional<ResourceLinkInfo> info(String key, ResourceKind kind) {
        SegmentKey.checked(key);
        return Optional.ofNullable(look(kind, null, (store, frame) -> store.info(frame, key)));
    }

    /**
     * Looks at every segment of both kinds, without taking a reference or a lock. Files that are no segments, or that may
     * not be used, are left out. Five system calls for each segment, and two for each process that holds it. Mapped files
     * are looked for only if their directory exists.
     *
     * @return what is known of each, by key
     */
    public List<ResourceLinkInfo> list() {
        List<ResourceLinkInfo> infos = new ArrayList<>();
        forEachStore((store, frame) -> infos.addAll(store.list(frame)));
        infos.sort(Comparator.comparing(ResourceLinkInfo::key).thenComparing(ResourceLinkInfo::kind));
        return List.copyOf(infos);
    }

    /**
     * Removes every segment, of both kinds, that nobody holds, that is at least as old as given, and that, if it is to be
     * kept, has outlived its time to live. Nothing that anybody holds is ever touched, however old or expired. Safe in
     * any number of processes at once.
     *
     * @param maxAge how old an orphan must be, zero for any age
     * @return what was removed, and what was left alone for which reason
     * @throws IllegalArgumentException if the age is negative
     */
    public OrphanReport collectOrphans(Duration maxAge) {
        return sweep(maxAge, false);
    }

    /**
     * Reports what {@link #collectOrphans} would remove at this moment, and removes nothing.
     *
     * @param maxAge how old an orphan must be, zero for any age
     * @return what would be removed, and what would be left alone for which reason
     * @throws IllegalArgumentException if the age is negative
     */
    public OrphanReport findOrphans(Duration maxAge) {
        return sweep(maxAge, true);
    }

    private OrphanReport sweep(Duration maxAge, boolean dryRun) {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("An age is not negative; it was " + maxAge + ".");
        }
        List<OrphanReport.Collected> collected = new ArrayList<>();
        List<OrphanReport.Skipped> skipped = new ArrayList<>();
        forEachStore((store, frame) -> {
            OrphanReport report = store.collector().sweep(frame, maxAge, dryRun);
            collected.addAll(report.collected());
            skipped.addAll(report.skipped());
        });
        return new OrphanReport(collected, skipped);
    }

    /**
     * Removes the name of a segment of the default kind.
     *
     * @param key its key
     * @return whether there was one
     * @see #remove(String, ResourceKind)
     */
    public boolean remove(String key) {
        return remove(key, configuration.defaultKind);
    }

    /**
     * Removes a segment's name, held or not. Whoever holds it keeps its memory until the last of them lets go, then it is
     * freed; nobody can join them, and the key is free at once.
     *
     * @param key its key
     * @param kind its kind
     * @return whether there was one
     * @throws InvalidKeyException if the key is none
     * @throws InvalidSegmentException if the file of that name is not a segment; it is left alone
     * @throws SegmentBusyException if a collector has it locked for longer than 250 ms
     */
    public boolean remove(String key, ResourceKind kind) {
        SegmentKey.checked(key);
        return look(kind, false, (store, frame) -> store.collector().remove(frame, key));
    }

    /** {@return the directory of the default kind} */
    public Path directory() {
        return directory(configuration.defaultKind);
    }

    /**
     * {@return the directory of a kind}
     *
     * @param kind which kind
     */
    public Path directory(ResourceKind kind) {
        return configuration.path(kind);
    }

    /** {@return the kind that is meant where none is named} */
    public ResourceKind defaultKind() {
        return configuration.defaultKind;
    }

    /** {@return the room on the file system of the default kind} */
    public Capacity capacity() {
        return capacity(configuration.defaultKind);
    }

    /**
     * {@return the room on the file system of a kind, none if its directory does not exist} Two system calls.
     *
     * @param kind which kind
     */
    public Capacity capacity(ResourceKind kind) {
        Capacity none = new Capacity(0, 0);
        return look(kind, none, (store, frame) -> store.directory().capacity(frame));
    }

    ResourceLink retain(OpenSegment segment) {
        boolean joined = guarded(frame -> {
            ensureOpen();
            return segment.tryJoin(frame);
        });
        if (!joined) {
            throw new IllegalStateException("The link to segment \"" + segment.key() + "\" is closed.");
        }
        return new ResourceLink(this, segment);
    }

    void release(OpenSegment segment) {
        guarded(frame -> {
            segment.leave(frame, false);
            return true;
        });
    }

    /** {@return whether this factory is closed} */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Closes every link this factory gave out, and the factory. Idempotent.
     *
     * @throws IllegalStateException if native calls are using payloads; those links stay open, nothing else does, and
     * closing may be tried again
     */
    @Override
    public void close() {
        lifecycle.writeLock().lock();
        try (CallFrame frame = new CallFrame()) {
            closed = true;
            Throwable failure = null;
            for (SegmentStore store : List.copyOf(stores.values())) {
                Throwable left = store.close(frame);
                if (left == null) {
                    stores.values().remove(store);
                } else if (failure == null) {
                    failure = left;
                } else {
                    failure.addSuppressed(left);
                }
            }
            switch (failure) {
                case null -> {
                }
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new AssertionError(failure);
            }
        } finally {
            lifecycle.writeLock().unlock();
        }
    }

    private <T extends @Nullable Object> T call(ResourceKind kind, BiFunction<SegmentStore, CallFrame, T> operation) {
        Objects.requireNonNull(kind, "kind");
        return guarded(frame -> {
            ensureOpen();
            return operation.apply(store(kind), frame);
        });
    }

    /** Like {@link #call}, but does not make a directory that is missing: there is nothing to see in it. */
    private <T extends @Nullable Object> T look(ResourceKind kind, T nothing,
            BiFunction<SegmentStore, CallFrame, T> operation) {
        Objects.requireNonNull(kind, "kind");
        return guarded(frame -> {
            ensureOpen();
            return isOpen(kind) || Files.exists(directory(kind)) ? operation.apply(store(kind), frame) : nothing;
        });
    }

    private void forEachStore(BiConsumer<SegmentStore, CallFrame> operation) {
        guarded(frame -> {
            ensureOpen();
            for (ResourceKind kind : ResourceKind.values()) {
                SegmentStore store = existingStore(kind);
                if (store != null) {
                    operation.accept(store, frame);
                }
            }
            return true;
        });
    }

    /** The store of a kind, if there is one to look at. What others put in a default place is none of ours. */
    private @Nullable SegmentStore existingStore(ResourceKind kind) {
        try {
            return isOpen(kind) || Files.isDirectory(directory(kind)) ? store(kind) : null;
        } catch (AccessDeniedException | OsException e) {
            if (configuration.isConfigured(kind)) {
                throw e;
            }
            return null;
        }
    }

    private <T extends @Nullable Object> T guarded(Function<CallFrame, T> operation) {
        Platform.surfaceFaults();
        lifecycle.readLock().lock();
        try (CallFrame frame = new CallFrame()) {
            return operation.apply(frame);
        } finally {
            lifecycle.readLock().unlock();
        }
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("This ResourceLinkFactory is closed.");
        }
    }

    private boolean isOpen(ResourceKind kind) {
        synchronized (stores) {
            return stores.containsKey(kind);
        }
    }

    private SegmentStore store(ResourceKind kind) {
        synchronized (stores) {
            return stores.computeIfAbsent(kind,
                    wanted -> new SegmentStore(SegmentDirectory.open(configuration.path(wanted), wanted,
                            configuration.clock, configuration.trustedOwners)));
        }
    }
}
