package io.resourcelink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.UnsuitableDirectoryException;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.TrustSettings;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.store.Host;
import io.resourcelink.internal.store.KeptBound;
import io.resourcelink.internal.store.StoreSettings;
import io.resourcelink.internal.store.directory.Diagnosis;
import io.resourcelink.internal.store.directory.DirectoryHost;
import io.resourcelink.internal.store.directory.SelfTest;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.Retention;

/** Configures and builds a factory. Not thread-safe. It can be used again after {@link #build()}. */
public final class ResourceLinkFactoryBuilder {

    static {
        Diagnosis.OF_BUILDER.install(ResourceLinkFactoryBuilder.class, builder -> builder::diagnose);
    }

    private final Map<ResourceKind, Path> named = new EnumMap<>(ResourceKind.class);
    private ResourceKind defaultKind = ResourceKind.SHARED_MEMORY;
    private TimesToLive timesToLive = TimesToLive.none();
    private final TrustSettings trust = new TrustSettings();
    private @Nullable SegmentClock clock;
    private Path common = DirectoryHost.COMMON;
    private @Nullable InProcessMemory memory;
    private LeakDetection leakDetection = LeakDetection.SIMPLE;
    private final List<ResourceLinkListener> listeners = new ArrayList<>();
    private boolean watch;
    private KeptBound kept = KeptBound.NONE;
    private @Nullable String hostId;
    private Retention recycling = new Retention(64, 512L << 20, Duration.ofSeconds(5));
    private Retention mappings = new Retention(128, 1L << 30, Duration.ofSeconds(5));

    ResourceLinkFactoryBuilder() {}

    /**
     * Sets the directory of shared-memory segments. The default is {@code /dev/shm/ipc-<user id>}. The directory must be
     * on a tmpfs. If it is missing and its parent exists, it is created for its owner alone.
     *
     * @param directory its path
     * @return this builder
     */
    public ResourceLinkFactoryBuilder directory(Path directory) {
        named.put(ResourceKind.SHARED_MEMORY, Objects.requireNonNull(directory, "directory"));
        return this;
    }

    /**
     * Sets the directory of mapped-file segments. The default is {@code /var/tmp/ipc-<user id>}. The directory must be
     * on a local file system. It is opened when it is first needed. If it is missing then and its parent exists, it is
     * created.
     *
     * @param directory its path
     * @return this builder
     */
    public ResourceLinkFactoryBuilder mappedFileDirectory(Path directory) {
        named.put(ResourceKind.MAPPED_FILE, Objects.requireNonNull(directory, "directory"));
        return this;
    }

    /**
     * Sets the kind that is used where the caller names none. The default is {@link ResourceKind#SHARED_MEMORY}.
     *
     * @param kind the default kind
     * @return this builder
     */
    public ResourceLinkFactoryBuilder defaultKind(ResourceKind kind) {
        this.defaultKind = Objects.requireNonNull(kind, "kind");
        return this;
    }

    /**
     * Sets the time to live of segments that are created without one of their own. The default is none.
     *
     * @param ttl whole milliseconds, or zero for none
     * @return this builder
     * @throws IllegalArgumentException if it is negative, or positive but shorter than a millisecond
     */
    public ResourceLinkFactoryBuilder defaultTtl(Duration ttl) {
        this.timesToLive = timesToLive.otherwise(ttl);
        return this;
    }

    /**
     * Sets the time to live of segments that are created without one of their own and whose keys match a pattern. It
     * replaces the default. If several patterns match, the one that was set first counts.
     *
     * @param keys the pattern: {@code *} matches any characters or none, {@code ?} matches one, every other character
     * matches itself
     * @param ttl whole milliseconds, or zero for none
     * @return this builder
     * @throws IllegalArgumentException if the pattern is empty, or the time is negative, or positive but shorter than a
     * millisecond
     */
    public ResourceLinkFactoryBuilder ttl(String keys, Duration ttl) {
        this.timesToLive = timesToLive.then(keys, ttl);
        return this;
    }

    /**
     * Trusts another user: directories and segments of this user are used like one's own. Without this setting, only
     * this process's user and root are trusted. It is meant for operators who look after other users' directories. A
     * trusted user can put anything in place of a segment.
     *
     * @param userId the user's number
     * @return this builder
     */
    public ResourceLinkFactoryBuilder trustOwner(int userId) {
        return trustOwner(Integer.toUnsignedString(userId));
    }

    /**
     * Trusts another user, like {@link #trustOwner(int)}.
     *
     * @param user the user's name or number; a name is looked up by {@link #build()}
     * @return this builder
     * @throws IllegalArgumentException if it is blank, or a number that no user has
     */
    public ResourceLinkFactoryBuilder trustOwner(String user) {
        trust.trustOwner(user);
        return this;
    }

    /**
     * Sets the permissions of a directory that the factory creates. The default is access for its owner alone. A
     * directory that its group may write to is accepted only if these permissions also allow group writing. To share with a
     * group, set these to {@code rwxrwx---}, those of segments to {@code rw-rw----}, choose the {@link #directoryGroup},
     * and trust the users whose segments are to be used. A directory that its group may write to gets the setgid bit, so
     * that segments belong to the group of the directory.
     *
     * @param permissions at least all of the owner's, and no writing by other users
     * @return this builder
     * @throws IllegalArgumentException if the owner lacks one, or other users could write
     */
    public ResourceLinkFactoryBuilder directoryPermissions(Set<PosixFilePermission> permissions) {
        trust.directoryPermissions(permissions);
        return this;
    }

    /**
     * Sets the group of a directory that the factory creates. By default it is what the system chooses, which is the first
     * group of the user in most cases. The user of this process must be a member of the group. A directory that
     * another group may write to is refused.
     *
     * @param group the group's name or number; a name is looked up by {@link #build()}
     * @return this builder
     * @throws IllegalArgumentException if it is blank, or a number that no group has
     */
    public ResourceLinkFactoryBuilder directoryGroup(String group) {
        trust.directoryGroup(group);
        return this;
    }

    /**
     * Sets the permissions of segments that the factory creates. The default is access for their owner alone. A segment
     * that its group may write to is accepted only if these permissions allow that, too. A user who may only read a
     * segment could not acquire it. But this user could lock all of its references, so that no process could acquire or
     * remove it. Such permissions are refused.
     *
     * @param permissions reading and writing by the owner, by the group both or neither, nothing by other users
     * @return this builder
     * @throws IllegalArgumentException if the owner lacks one, the group could only read or only write, or other users
     * could do anything
     */
    public ResourceLinkFactoryBuilder segmentPermissions(Set<PosixFilePermission> permissions) {
        trust.segmentPermissions(permissions);
        return this;
    }

    /**
     * Sets what happens to links that the application forgets to close. The default is {@link LeakDetection#SIMPLE}.
     *
     * @param detection how much is reported
     * @return this builder
     */
    public ResourceLinkFactoryBuilder leakDetection(LeakDetection detection) {
        this.leakDetection = Objects.requireNonNull(detection, "detection");
        return this;
    }

    /**
     * Adds a listener. If there is none, leaks are logged.
     *
     * @param listener the listener
     * @return this builder
     */
    public ResourceLinkFactoryBuilder listener(ResourceLinkListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Sets whether orphans are collected within milliseconds of their holders' death. The default is off. For each
     * directory, one thread waits until the kernel reports that a file was closed. It does not matter which process
     * closed the file, or in which container that shares the mount. Sweeps are still needed for what happens while no
     * watcher runs.
     *
     * @param watch whether to watch
     * @return this builder
     */
    public ResourceLinkFactoryBuilder watch(boolean watch) {
        this.watch = watch;
        return this;
    }

    /**
     * Sets how much memory of published segments is kept when no process holds them any more. The factory uses it again
     * for segments with other keys. The default is 64 segments, 512 MiB and 5 seconds, and never more than a quarter of
     * the room at that moment.
     *
     * <p>Most of the cost of a fresh segment is the first touch of its pages. Kept memory serves any payload that fills at
     * least half of it. So only segments are kept whose payloads are about as long as one that was published before, and
     * only in shared memory. In {@code /dev/shm} itself none are kept, because processes that take
     * no locks may have them. When room is short, kept memory is freed first.
     *
     * <p>Memory is given out again only when no thread of any process can access it any more, which is some milliseconds
     * after its links were closed. So a producer that publishes tens of thousands of segments each second has dozens of them
     * waiting. All of it, in use or not, is at most 1.25 times what was in use lately, or eight times the largest piece of late, or 16
     * MiB, whichever is most.
     *
     * @param recycling how much is kept, {@link Retention#NONE} for nothing
     * @return this builder
     * @see ResourceLinkFactory#recycling()
     */
    public ResourceLinkFactoryBuilder recycling(Retention recycling) {
        this.recycling = Objects.requireNonNull(recycling, "recycling");
        return this;
    }

    /**
     * Sets how many released segments of other factories stay open and mapped here. Only segments that their owner
     * recycles stay, because they will probably come again. The default is 128 segments, 1 GiB and 5 seconds. They are
     * not references. Segments that their owner removes, or leaves behind, are released within a fifth of a second.
     *
     * @param mappings how many are kept, {@link Retention#NONE} for none
     * @return this builder
     */
    public ResourceLinkFactoryBuilder mappings(Retention mappings) {
        this.mappings = Objects.requireNonNull(mappings, "mappings");
        return this;
    }

    /**
     * Sets how many bytes of kept segments this factory leaves behind at most: those that it made with {@link
     * io.resourcelink.segment.CreateOptions#keep() keep}, headers included, and that still have their names. The default is no
     * bound. When it is used up, making another kept segment fails with an {@link io.resourcelink.error.OutOfSpaceException}.
     *
     * @param bytes how many, more than zero
     * @return this builder
     * @throws IllegalArgumentException if it is zero or less
     */
    public ResourceLinkFactoryBuilder kept(long bytes) {
        return kept(bytes, Duration.ZERO);
    }

    /**
     * Sets the same bound, and waits for room when it is used up. Room appears when a segment expires, or is removed by any
     * process. A thread that is interrupted while it waits fails at once, and stays interrupted.
     *
     * @param bytes how many, more than zero
     * @param timeout how long making a kept segment waits at most; zero for not at all
     * @return this builder
     * @throws IllegalArgumentException if bytes is zero or less, or the time is negative
     */
    public ResourceLinkFactoryBuilder kept(long bytes, Duration timeout) {
        if (bytes <= 0 || timeout.isNegative()) {
            throw new IllegalArgumentException("The bound of what is kept is more than zero bytes, and a wait is not"
                    + " negative; they were " + bytes + " and " + timeout + ".");
        }
        this.kept = new KeptBound(bytes, timeout);
        return this;
    }

    /**
     * Sets what identifies this host in the identity of directories of mapped files ({@link
     * io.resourcelink.segment.SpaceId}). The default is the content of {@code /etc/machine-id}. Set it where machines were
     * cloned, or where containers that share a directory have different machine ids.
     *
     * @param hostId any text that no other host has
     * @return this builder
     * @throws IllegalArgumentException if it is blank
     */
    public ResourceLinkFactoryBuilder hostId(String hostId) {
        if (hostId.isBlank()) {
            throw new IllegalArgumentException("The id of a host is not blank.");
        }
        this.hostId = hostId;
        return this;
    }

    /**
     * Puts all segments into the memory of this JVM. Factories that are given the same memory find them there. This is
     * for unit tests, and for systems other than Linux; it needs no native access. Directories and trusted owners have
     * no meaning then. No holder can die, so there is nothing to watch.
     *
     * @param memory the memory to share
     * @return this builder
     */
    public ResourceLinkFactoryBuilder inProcess(InProcessMemory memory) {
        this.memory = Objects.requireNonNull(memory, "memory");
        return this;
    }

    ResourceLinkFactoryBuilder clock(SegmentClock clock) {
        this.clock = clock;
        return this;
    }

    /** Sets the directory where processes that take no locks find every segment. */
    ResourceLinkFactoryBuilder commonDirectory(Path common) {
        this.common = common;
        return this;
    }

    private Path directory(ResourceKind kind) {
        Path directory = named.get(kind);
        return directory == null ? Platform.directoryOfUser(Path.of(defaultParent(kind))) : directory;
    }

    private static String defaultParent(ResourceKind kind) {
        return switch (kind) {
            case SHARED_MEMORY -> "/dev/shm";
            case MAPPED_FILE -> "/var/tmp";
        };
    }

    /**
     * Builds a factory and opens the directory of its default kind. Every directory is tested before it is opened, now
     * or when it is first needed. It is refused if it cannot hold segments.
     *
     * @return the factory, which the caller closes
     * @throws UnsupportedOperationException if this is not Linux on x86-64 or aarch64, or is a GraalVM native image, and the
     * segments are not {@link #inProcess in process}
     * @throws IllegalCallerException if native access is not allowed
     * @throws IllegalArgumentException if the system does not know the name of a trusted owner or of the group
     * @throws PermissionException if the directory may not be used, or other users could replace files in it
     * @throws UnsuitableDirectoryException if its file system or the kernel cannot do what segments need
     * @throws OsException if the directory cannot be opened or created
     */
    public ResourceLinkFactory build() {
        Host host = memory == null ? directories() : memory.host();
        Failures failures = new Failures("The factory of " + host.directory(defaultKind));
        String identity = hostId == null && memory == null ? Platform.machineId() : hostId;
        StoreSettings settings = new StoreSettings(host, defaultKind, watch, recycling, mappings, failures, kept,
                identity);
        return new ResourceLinkFactory(settings,
                new Listeners(listeners, leakDetection != LeakDetection.OFF, failures), timesToLive, leakDetection);
    }

    private Host directories() {
        Platform.check();
        Map<ResourceKind, Path> directories = new EnumMap<>(ResourceKind.class);
        for (ResourceKind kind : ResourceKind.values()) {
            directories.put(kind, directory(kind));
        }
        return new DirectoryHost(Map.copyOf(directories), Set.copyOf(named.keySet()), trust.ofSegments(),
                clock == null ? SegmentClock.system() : clock, common);
    }

    /**
     * Tests what {@link #build()} and the first use of a kind require. It reports all results instead of failing. The
     * test leaves no file and keeps nothing open.
     *
     * @param kind the kind whose directory to test
     * @return the results
     */
    Diagnosis diagnose(ResourceKind kind) {
        Objects.requireNonNull(kind, "kind");
        Diagnosis.Check platform = SelfTest.platform();
        if (platform.result() == Diagnosis.Result.FAILED) {
            Path directory = named.getOrDefault(kind, Path.of(defaultParent(kind)));
            return new Diagnosis(kind, directory, Files.exists(directory), null, null, null, null,
                    List.of(platform));
        }
        return SelfTest.diagnose(directory(kind), kind, trust.ofSegments());
    }
}
