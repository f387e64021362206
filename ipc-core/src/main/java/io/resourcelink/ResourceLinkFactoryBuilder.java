package io.resourcelink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.UnsuitableDirectoryException;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.store.Host;
import io.resourcelink.internal.store.StoreSettings;
import io.resourcelink.internal.store.directory.Diagnosis;
import io.resourcelink.internal.store.directory.DirectoryHost;
import io.resourcelink.internal.store.directory.SelfTest;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.Retention;

/** How a factory is made. Not thread-safe; may be used again after {@link #build()}. */
public final class ResourceLinkFactoryBuilder {

    static {
        Diagnosis.OF_BUILDER.install(ResourceLinkFactoryBuilder.class, builder -> builder::diagnose);
    }

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
    private Retention recycling = new Retention(16, 512L << 20, Duration.ofSeconds(5));
    private Retention mappings = new Retention(64, 1L << 30, Duration.ofSeconds(5));

    ResourceLinkFactoryBuilder() {}

    /**
     * Sets the directory of shared-memory segments, {@code /dev/shm/ipc-<user id>} if not set. It has to be on
     * a tmpfs. If it is missing and its parent is not, it is made for its owner alone.
     *
     * @param directory where it is
     * @return this builder
     */
    public ResourceLinkFactoryBuilder directory(Path directory) {
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
    public ResourceLinkFactoryBuilder mappedFileDirectory(Path directory) {
        named.put(ResourceKind.MAPPED_FILE, Objects.requireNonNull(directory, "directory"));
        return this;
    }

    /**
     * Sets the kind that is meant where none is named, {@link ResourceKind#SHARED_MEMORY} if not set.
     *
     * @param kind the default kind
     * @return this builder
     */
    public ResourceLinkFactoryBuilder defaultKind(ResourceKind kind) {
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
    public ResourceLinkFactoryBuilder defaultTtl(Duration ttl) {
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
    public ResourceLinkFactoryBuilder ttl(String keys, Duration ttl) {
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
    public ResourceLinkFactoryBuilder trustOwner(int userId) {
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
    public ResourceLinkFactoryBuilder directoryPermissions(Set<PosixFilePermission> permissions) {
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
    public ResourceLinkFactoryBuilder segmentPermissions(Set<PosixFilePermission> permissions) {
        this.segmentMode = Trust.segmentMode(permissions);
        return this;
    }

    /**
     * Sets what happens about links that are forgotten, {@link LeakDetection#SIMPLE} if not set.
     *
     * @param detection how much is reported
     * @return this builder
     */
    public ResourceLinkFactoryBuilder leakDetection(LeakDetection detection) {
        this.leakDetection = Objects.requireNonNull(detection, "detection");
        return this;
    }

    /**
     * Adds somebody who is told of what happens. If there is nobody, leaks are logged.
     *
     * @param listener whom to tell
     * @return this builder
     */
    public ResourceLinkFactoryBuilder listener(ResourceLinkListener listener) {
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
    public ResourceLinkFactoryBuilder watch(boolean watch) {
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
     * @see ResourceLinkFactory#recycling()
     */
    public ResourceLinkFactoryBuilder recycling(Retention recycling) {
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
    public ResourceLinkFactoryBuilder mappings(Retention mappings) {
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
    public ResourceLinkFactoryBuilder inProcess(InProcessMemory memory) {
        this.memory = Objects.requireNonNull(memory, "memory");
        return this;
    }

    ResourceLinkFactoryBuilder clock(SegmentClock clock) {
        this.clock = clock;
        return this;
    }

    /** Where processes that take no locks find every segment. */
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
     * Builds a factory and opens the directory of its default kind. Whichever directory is opened, now or when it is
     * first needed, is tested first, with a dozen system calls, and refused if it cannot hold segments.
     *
     * @return the factory, to be closed by the caller
     * @throws UnsupportedOperationException if this is not Linux on x86-64 or aarch64, and the segments are not {@link
     * #inProcess in process}
     * @throws IllegalCallerException if native access is not allowed
     * @throws PermissionException if the directory may not be used, or others could replace files in it
     * @throws UnsuitableDirectoryException if its file system or the kernel cannot do what segments need
     * @throws OsException if the directory cannot be opened or made
     */
    public ResourceLinkFactory build() {
        Host host = memory == null ? directories() : memory.host();
        Failures failures = new Failures("The factory of " + host.directory(defaultKind));
        StoreSettings settings = new StoreSettings(host, defaultKind, watch, recycling, mappings, failures);
        return new ResourceLinkFactory(settings,
                new Listeners(listeners, leakDetection != LeakDetection.OFF, failures), timesToLive, leakDetection);
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
    Diagnosis diagnose(ResourceKind kind) {
        Objects.requireNonNull(kind, "kind");
        Diagnosis.Check platform = SelfTest.platform();
        if (platform.result() == Diagnosis.Result.FAILED) {
            Path directory = named.getOrDefault(kind, Path.of(defaultParent(kind)));
            return new Diagnosis(kind, directory, Files.exists(directory), null, null, null, List.of(platform));
        }
        return SelfTest.diagnose(directory(kind), kind, trust());
    }
}
