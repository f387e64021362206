package io.resourcelink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.error.AccessDeniedException;
import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.error.UnsuitableDirectoryException;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.work.Failures;

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
 * system fails or refuses a call, {@link UnsuitableDirectoryException} if it opens a directory that cannot hold segments,
 * and {@link IllegalStateException} once the factory is closed.
 */
public final class ResourceLinkFactory implements AutoCloseable {

    private final Configuration configuration;
    private final SegmentStores stores;
    private final Publisher publisher;
    private final SegmentPool pool;

    private ResourceLinkFactory(Configuration configuration) {
        this.configuration = configuration;
        this.stores = new SegmentStores(configuration);
        this.publisher = new Publisher(configuration, stores);
        this.pool = new SegmentPool(publisher);
        stores.begin();
    }

    /** {@return a builder with all defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** How a factory is made. Not thread-safe; may be used again after {@link #build()}. */
    public static final class Builder {

        private final Map<ResourceKind, Path> named = new EnumMap<>(ResourceKind.class);
        private ResourceKind defaultKind = ResourceKind.SHARED_MEMORY;
        private TimesToLive timesToLive = TimesToLive.none();
        private final Set<Integer> trustedOwners = new HashSet<>();
        private int directoryMode = 0700;
        private int segmentMode = 0600;
        private @Nullable SegmentClock clock;
        private Path common = DirectoryHost.COMMON;
        private @Nullable InProcessMemory memory;
        private LeakDetection leakDetection = LeakDetection.SIMPLE;
        private final List<ResourceLinkListener> listeners = new ArrayList<>();
        private boolean watch;
        private Retention recycling = SegmentPool.DEFAULT_RETENTION;
        private Retention mappings = SegmentPool.DEFAULT_MAPPINGS;

        private Builder() {}

        /**
         * Sets the directory of shared-memory segments, {@code /dev/shm/ipc-<user id>} if not set. It has to be on
         * a tmpfs. If it is missing and its parent is not, it is made for its owner alone.
         *
         * @param directory where it is
         * @return this builder
         */
        public Builder directory(Path directory) {
            named.put(ResourceKind.SHARED_MEMORY, Objects.requireNonNull(directory, "directory"));
            return this;
        }

        /**
         * Sets the directory of mapped-file segments, {@code /var/tmp/ipc-<user id>} if not set. It has to be on a
         * local file system. It is opened, and made if it is missing and its parent is not, when it is first needed.
         *
         * @param directory where it is
         * @return this builder
         */
        public Builder mappedFileDirectory(Path directory) {
            named.put(ResourceKind.MAPPED_FILE, Objects.requireNonNull(directory, "directory"));
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
            this.timesToLive = timesToLive.otherwise(ttl);
            return this;
        }

        /**
         * Sets the time to live of segments that are created without one of their own and whose keys match a pattern,
         * instead of the default. If several patterns match, the one that was set first counts.
         *
         * @param keys which keys: {@code *} stands for any characters or none, {@code ?} for one, all others for themselves
         * @param ttl whole milliseconds, or zero for none
         * @return this builder
         * @throws IllegalArgumentException if the pattern is empty, or the time negative, or positive but shorter than a
         * millisecond
         */
        public Builder ttl(String keys, Duration ttl) {
            this.timesToLive = timesToLive.then(keys, ttl);
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

        /**
         * Sets the permissions of a directory that is made, for its owner alone if not set. A directory that lets its
         * group write is accepted only if these do. For sharing with a group, set these to {@code rwxrwx---}, those of
         * segments to {@code rw-rw----}, and trust the users whose segments are to be used.
         *
         * @param permissions at least all of the owner's, and no writing by everybody
         * @return this builder
         * @throws IllegalArgumentException if the owner lacks one, or everybody could write
         */
        public Builder directoryPermissions(Set<PosixFilePermission> permissions) {
            this.directoryMode = Trust.mode(permissions, EnumSet.of(PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
            return this;
        }

        /**
         * Sets the permissions of segments that are created, for their owner alone if not set. A segment that its group
         * may write to is accepted only if these let it. A user who may only read a segment could not acquire it, but could
         * lock all of its references, so that nobody else could acquire or remove it. Such permissions are refused.
         *
         * @param permissions reading and writing by the owner, by the group both or neither, nothing by everybody else
         * @return this builder
         * @throws IllegalArgumentException if the owner lacks one, the group could only read or only write, or everybody
         * could do anything
         */
        public Builder segmentPermissions(Set<PosixFilePermission> permissions) {
            this.segmentMode = Trust.segmentMode(permissions);
            return this;
        }

        /**
         * Sets what happens about links that are forgotten, {@link LeakDetection#SIMPLE} if not set.
         *
         * @param detection how much is reported
         * @return this builder
         */
        public Builder leakDetection(LeakDetection detection) {
            this.leakDetection = Objects.requireNonNull(detection, "detection");
            return this;
        }

        /**
         * Adds somebody who is told of what happens. If there is nobody, leaks are logged.
         *
         * @param listener whom to tell
         * @return this builder
         */
        public Builder listener(ResourceLinkListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Sets whether orphans are collected within milliseconds of their holders' death, off if not set. One thread for
         * each directory waits for the kernel to tell that a file was closed, by whichever process, in whichever container
         * that shares the mount. Sweeps are still needed for what happens while no watcher runs.
         *
         * @param watch whether to watch
         * @return this builder
         */
        public Builder watch(boolean watch) {
            this.watch = watch;
            return this;
        }

        /**
         * Sets how much memory of published segments is kept when nobody holds them any more, to be given out again under
         * other keys; 16 segments, 512 MiB, 5 seconds if not set, and never more than a quarter of the room at that
         * moment.
         * Most of the cost of a fresh segment is the first touch of its pages. Only segments of a size that was published
         * before are kept, in shared memory, and none in {@code /dev/shm} itself, where processes that take no locks may
         * have them. When room is short, what is kept goes first.
         *
         * @param recycling how much, {@link Retention#NONE} for nothing
         * @return this builder
         * @see #pool()
         */
        public Builder recycling(Retention recycling) {
            this.recycling = Objects.requireNonNull(recycling, "recycling");
            return this;
        }

        /**
         * Sets how many released segments of others stay open and mapped here, if they are recycled there and so will
         * probably come again; 64 of them, 1 GiB, 5 seconds if not set. They are no references, and those that their
         * owner removes, or leaves behind, are released within a fifth of a second.
         *
         * @param mappings how many, {@link Retention#NONE} for none
         * @return this builder
         */
        public Builder mappings(Retention mappings) {
            this.mappings = Objects.requireNonNull(mappings, "mappings");
            return this;
        }

        /**
         * Puts all segments into the memory of this JVM, where the factories that are given the same memory find them.
         * For unit tests, and for systems other than Linux; no native access is needed. Directories and trusted owners
         * have no meaning then, and nobody dies, so there is nothing to watch.
         *
         * @param memory what to share
         * @return this builder
         */
        public Builder inProcess(InProcessMemory memory) {
            this.memory = Objects.requireNonNull(memory, "memory");
            return this;
        }

        Builder clock(SegmentClock clock) {
            this.clock = clock;
            return this;
        }

        /** Where processes that take no locks find every segment. */
        Builder commonDirectory(Path common) {
            this.common = common;
            return this;
        }

        private Path directory(ResourceKind kind) {
            Path directory = named.get(kind);
            return directory == null
                    ? Path.of(defaultParent(kind), "ipc-" + Integer.toUnsignedString(Platform.userId()))
                    : directory;
        }

        private static String defaultParent(ResourceKind kind) {
            return switch (kind) {
                case SHARED_MEMORY -> "/dev/shm";
                case MAPPED_FILE -> "/var/tmp";
            };
        }

        /**
         * Builds a factory and opens the directory of its default kind. Whichever directory is opened, now or when it is
         * first needed, is tested first, with a dozen system calls, and refused if it cannot hold segments.
         *
         * @return the factory, to be closed by the caller
         * @throws UnsupportedOperationException if this is not Linux on x86-64 or aarch64, and the segments are not {@link
         * #inProcess in process}
         * @throws IllegalCallerException if native access is not allowed
         * @throws AccessDeniedException if the directory may not be used, or others could replace files in it
         * @throws UnsuitableDirectoryException if its file system or the kernel cannot do what segments need
         * @throws OsException if the directory cannot be opened or made
         */
        public ResourceLinkFactory build() {
            Host host = memory == null ? directories() : memory.host();
            Failures failures = new Failures("The factory of " + host.directory(defaultKind));
            return new ResourceLinkFactory(
                    new Configuration(host, defaultKind, timesToLive, leakDetection,
                            new Listeners(listeners, failures), watch, recycling, mappings, failures));
        }

        private Trust trust() {
            Set<Integer> owners = new HashSet<>(trustedOwners);
            owners.add(0);
            owners.add(Platform.userId());
            return new Trust(owners, directoryMode, segmentMode);
        }

        private Host directories() {
            Platform.check();
            Map<ResourceKind, Path> directories = new EnumMap<>(ResourceKind.class);
            for (ResourceKind kind : ResourceKind.values()) {
                directories.put(kind, directory(kind));
            }
            return new DirectoryHost(Map.copyOf(directories), Set.copyOf(named.keySet()), trust(),
                    clock == null ? SegmentClock.system() : clock, common);
        }

        /**
         * Tests what {@link #build()} and the first use of a kind insist on, and reports all of it instead of failing.
         * Nothing is opened for longer than that, made or left behind.
         *
         * @param kind whose directory to test
         * @return what was found
         */
        public Diagnosis diagnose(ResourceKind kind) {
            Objects.requireNonNull(kind, "kind");
            Diagnosis.Check platform = SelfTest.platform();
            if (platform.result() == Diagnosis.Result.FAILED) {
                Path directory = named.getOrDefault(kind, Path.of(defaultParent(kind)));
                return new Diagnosis(kind, directory, Files.exists(directory), null, null, null, List.of(platform));
            }
            return SelfTest.diagnose(directory(kind), kind, trust());
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
     * If space is short, what this factory keeps for later and orphans are collected first. Nine system calls, and one more
     * for every 16 MiB; from 1 MiB on, the memory that is left to this process is asked for as well.
     *
     * @param key its key
     * @param payloadSize bytes of its payload, zero or more
     * @param options kind, time to live and keeping
     * @return a handle to it
     * @throws InvalidKeyException if the key is none
     * @throws IllegalArgumentException if the size is negative
     * @throws SegmentAlreadyExistsException if a live segment, or a file that is no segment, has the key
     * @throws OutOfSpaceException if a limit leaves too little room, and which one; nothing is left behind
     * @throws SegmentBusyException if an orphan has the key and another process has it locked for longer than 250 ms
     */
    public ResourceLink create(String key, long payloadSize, CreateOptions options) {
        return configuration.listeners().taking(Operation.CREATE, key, () -> {
            SegmentSpec spec = publisher.spec(key, payloadSize, options, false);
            return stores.link(() -> stores.call(publisher.kind(options),
                    (store, frame) -> store.create(frame, spec)));
        });
    }

    /**
     * Publishes a segment of the default kind.
     *
     * @param <X> what the writer may throw
     * @param key its key
     * @param payloadSize bytes of its payload, zero or more
     * @param writer fills the payload
     * @return a handle to it
     * @throws X what the writer throws
     * @see #publish(String, long, CreateOptions, PayloadWriter)
     */
    public <X extends Exception> ResourceLink publish(String key, long payloadSize, PayloadWriter<X> writer) throws X {
        return publish(key, payloadSize, CreateOptions.defaults(), writer);
    }

    /**
     * Creates a segment that appears only when its payload is complete: whoever acquires it sees all of it, and nobody
     * writes to it any more. If the writer throws, or the process dies, nothing appears and nothing is left. Otherwise
     * like {@link #create(String, long, CreateOptions)}; whether the key is free shows when the payload is complete.
     *
     * <p>Memory of segments that this factory has published and nobody holds any more is used again if the size fits
     * ({@link Builder#recycling}); it is cleared for the writer, which {@link SegmentPool#publish} saves. For bytes that
     * are there already, {@link #publish(String, Payload)} is faster.
     *
     * @param <X> what the writer may throw
     * @param key its key
     * @param payloadSize bytes of its payload, zero or more
     * @param options kind, time to live and keeping
     * @param writer fills the payload, once
     * @return a handle to it, whose payload is read-only
     * @throws X what the writer throws
     */
    public <X extends Exception> ResourceLink publish(String key, long payloadSize, CreateOptions options,
            PayloadWriter<X> writer) throws X {
        Objects.requireNonNull(writer, "writer");
        return publisher.publish(key, payloadSize, options, Filling.IN_PLACE, draft -> writer.write(draft.payload()));
    }

    /**
     * Publishes a segment of the default kind with bytes that are there already.
     *
     * @param <X> what reading the bytes may throw
     * @param key its key
     * @param payload its bytes
     * @return a handle to it
     * @throws X if the bytes cannot be read
     * @see #publish(String, Payload, CreateOptions)
     */
    public <X extends Exception> ResourceLink publish(String key, Payload<X> payload) throws X {
        return publish(key, payload, CreateOptions.defaults());
    }

    /**
     * Publishes a segment with bytes that are there already, or are read from somewhere. They are written to the segment's
     * file, which takes storage as it goes: one system call for every 256 KiB and nine more, and no page is touched but by that.
     * Where memory is used again ({@link Builder#recycling}) they are copied to it, which is faster still. If there is no
     * room in the end, or the bytes cannot be read, nothing appears and nothing is
     * left. Otherwise like {@link #publish(String, long, CreateOptions, PayloadWriter)}.
     *
     * @param <X> what reading the bytes may throw
     * @param key its key
     * @param payload its bytes
     * @param options kind, time to live and keeping
     * @return a handle to it, whose payload is read-only
     * @throws X if the bytes cannot be read
     * @throws InvalidKeyException if the key is none
     * @throws SegmentAlreadyExistsException if a live segment, or a file that is no segment, has the key
     * @throws OutOfSpaceException if the file system has no room; nothing is left behind
     * @throws SegmentBusyException if an orphan has the key and another process has it locked for longer than 250 ms
     */
    public <X extends Exception> ResourceLink publish(String key, Payload<X> payload, CreateOptions options)
            throws X {
        Objects.requireNonNull(payload, "payload");
        return publisher.publish(key, payload, options);
    }

    /** {@return the memory of this factory's published segments that goes round; closed with the factory} */
    public SegmentPool pool() {
        return pool;
    }

    /**
     * Acquires a segment of the default kind.
     *
     * @param key its key
     * @return a handle to it
     * @see #acquire(String, ResourceKind)
     */
    public ResourceLink acquire(String key) {
        return acquire(key, configuration.defaultKind());
    }

    /**
     * Takes a reference on a segment. Seven system calls if this factory does not have it open, two if it does. Waits
     * up to 250 ms for a collector that has the segment locked, and as long for a thread that is just releasing it. A segment
     * that was to be kept, whose time to live is over and that nobody holds is not found, and is collected.
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
        return configuration.listeners().taking(Operation.ACQUIRE, key, () -> {
            ResourceLink found = find(key, kind);
            if (found == null) {
                throw new SegmentNotFoundException(key, directory(kind).toString());
            }
            return found;
        });
    }

    /**
     * Acquires a segment of the default kind, if there is one.
     *
     * @param key its key
     * @return a handle to it, or nothing
     * @see #tryAcquire(String, ResourceKind)
     */
    public Optional<ResourceLink> tryAcquire(String key) {
        return tryAcquire(key, configuration.defaultKind());
    }

    /**
     * Takes a reference on a segment, if there is one. Otherwise like {@link #acquire(String, ResourceKind)}.
     *
     * @param key its key
     * @param kind its kind
     * @return a handle to it, or nothing
     */
    public Optional<ResourceLink> tryAcquire(String key, ResourceKind kind) {
        return Optional
                .ofNullable(configuration.listeners().taking(Operation.ACQUIRE, key, () -> find(key, kind)));
    }

    private @Nullable ResourceLink find(String key, ResourceKind kind) {
        SegmentKey.checked(key);
        LinkHandle handle = stores.newHandle();
        HeldSegment found = stores.look(kind, null, (store, frame) -> store.acquire(frame, key));
        return found == null ? null : stores.link(found, handle);
    }

    /**
     * Acquires a segment of the default kind, and waits for it to appear.
     *
     * @param key its key
     * @param timeout how long to wait at most
     * @return a handle to it
     * @throws InterruptedException if the thread is interrupted while it waits
     * @see #acquire(String, ResourceKind, Duration)
     */
    public ResourceLink acquire(String key, Duration timeout) throws InterruptedException {
        return acquire(key, configuration.defaultKind(), timeout);
    }

    /**
     * Takes a reference on a segment, and waits for it to appear if it is not there. Nothing is polled: the kernel tells
     * one thread of this factory of every new name, and that thread wakes who waits for it. If the kernel grants no watch,
     * it looks ten times a second instead. When the time is over it looks once more. Waiting blocks no carrier of virtual
     * threads.
     *
     * @param key its key
     * @param kind its kind
     * @param timeout how long to wait at most
     * @return a handle to it
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws SegmentNotFoundException if it has not appeared in time
     */
    public ResourceLink acquire(String key, ResourceKind kind, Duration timeout) throws InterruptedException {
        Optional<ResourceLink> present = tryAcquire(key, kind);
        if (present.isPresent()) {
            return present.get();
        }
        long begin = System.nanoTime();
        long longest = saturatedNanos(timeout);
        for (boolean last = longest <= 0;; last = System.nanoTime() - begin >= longest) {
            try (Waiters.Waiter waiter = stores.waitFor(kind, key)) {
                Optional<ResourceLink> appeared = tryAcquire(key, kind);
                if (appeared.isPresent()) {
                    return appeared.get();
                }
                if (last) {
                    throw configuration.listeners().failed(Operation.ACQUIRE, key,
                            new SegmentNotFoundException(key, directory(kind) + ", not even after " + timeout),
                            Duration.ofNanos(System.nanoTime() - begin));
                }
                waiter.await(longest - (System.nanoTime() - begin));
            }
        }
    }

    private static long saturatedNanos(Duration timeout) {
        return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : timeout.toNanos();
    }

    /**
     * Looks at a segment of the default kind.
     *
     * @param key its key
     * @return what is known of it, or nothing if there is none
     * @see #info(String, ResourceKind)
     */
    public Optional<ResourceLinkInfo> info(String key) {
        return info(key, configuration.defaultKind());
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
        return Optional.ofNullable(stores.look(kind, null, (store, frame) -> store.info(frame, key)));
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
        stores.forEach((store, frame) -> infos.addAll(store.list(frame)));
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
        return configuration.listeners().sweeping(() -> sweep(maxAge, false));
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
        stores.forEach((store, frame) -> {
            OrphanReport report = store.sweep(frame, maxAge, dryRun);
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
        return remove(key, configuration.defaultKind());
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
        return stores.look(kind, false, (store, frame) -> store.remove(frame, key));
    }

    /** {@return the directory of the default kind; of in-process memory a path for people, at which there is nothing} */
    public Path directory() {
        return directory(configuration.defaultKind());
    }

    /**
     * {@return the directory of a kind; of in-process memory a path for people, at which there is nothing}
     *
     * @param kind which kind
     */
    public Path directory(ResourceKind kind) {
        return configuration.host().directory(Objects.requireNonNull(kind, "kind"));
    }

    /** {@return the kind that is meant where none is named} */
    public ResourceKind defaultKind() {
        return configuration.defaultKind();
    }

    /** {@return the room for segments of the default kind} */
    public Capacity capacity() {
        return capacity(configuration.defaultKind());
    }

    /**
     * {@return the room for segments of a kind, none if its directory does not exist} Reads a few files of {@code /proc} and
     * of the control groups; some hundred microseconds.
     *
     * @param kind which kind
     */
    public Capacity capacity(ResourceKind kind) {
        Capacity none = new Capacity(0, 0, SpaceLimit.FILE_SYSTEM, directory(kind).toString());
        return stores.look(kind, none, (store, frame) -> store.capacity(frame));
    }

    /** {@return whether this factory is closed} */
    public boolean isClosed() {
        return stores.isClosed();
    }

    /**
     * {@return whether the kernel tells this factory of what happens in each directory that it watches} It watches those it
     * has opened if {@link Builder#watch} is set, and those in which a caller has waited for a segment. If it is
     * {@code false} in spite of that, the factory looks by itself: the log says why.
     */
    public boolean isWatching() {
        return stores.isWatching();
    }

    /**
     * {@return how many failures the factory's own threads have met} Each is in the log, but for those of one second. A
     * listener that fails counts, too. The threads go on.
     */
    public long failures() {
        return configuration.failures().count();
    }

    /**
     * Closes every link this factory gave out, gives up what was kept to be given out again, and closes the factory. Unlike a
     * single link, it ends and unmaps at once what links have shown, but for payloads that native calls are using, which
     * stay until those are through. Idempotent.
     *
     * <p>It always ends. It waits at most ten seconds for operations of other threads, and at most three for each thread of
     * this factory, which a listener may hold up; what they use is closed when they are through. What fails on the way does
     * not keep the rest from being closed.
     */
    @Override
    public void close() {
        stores.close();
    }

    SegmentStores stores() {
        return stores;
    }

    /** Leaves everything as a crash of the process would, for tests. */
    void abandon() {
        stores.abandon();
    }
}
