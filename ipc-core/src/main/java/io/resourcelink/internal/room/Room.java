package io.resourcelink.internal.room;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.SpaceLimit;
import io.resourcelink.internal.os.FileSystem;
import io.resourcelink.internal.os.Space;

/**
 * Tells how many bytes may be taken, and what limits them: the least of what the file system, its inodes, RLIMIT_FSIZE, the
 * memory limits of control groups and the machine's memory leave. A tmpfs is memory. The kernel lets it grow beyond the limits
 * of groups and of the machine, and then kills processes. It charges a page to the group of the process that touches it first.
 *
 * <p>Nothing is reserved. Limits are read at most once a second. Thread-safe.
 */
public final class Room {

    /** From this size on all limits are asked for. For a smaller segment only the file system is. */
    public static final long LARGE = 1L << 20;

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Room OF_THIS_PROCESS = new Room(Path.of("/"));

    private final Path root;
    private volatile @Nullable Limits read;

    /** The limits themselves, which change rarely. What is used of them changes all the time. */
    private record Limits(long nanos, long fileSize, List<ControlGroup> groups) {}

    /**
     * Creates a room from the kernel's files below a directory.
     *
     * @param root where {@code proc} is, and what the paths of mounts start from
     */
    Room(Path root) {
        this.root = root;
    }

    /** {@return the room of this process} */
    public static Room ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    /**
     * Asks whether a file may be made.
     *
     * @param space the file system, as the kernel has just described it
     * @param directory a path on it
     * @param size bytes of the file
     * @return what is in the way, or {@code null} if nothing is
     */
    public @Nullable Limit refusal(Space space, String directory, long size) {
        if (size <= space.free() && (size < LARGE || isAllowed(space, size))) {
            return null;
        }
        Limit least = of(space, directory);
        return least.free() < size ? least : null;
    }

    private boolean isAllowed(Space space, long size) {
        return size <= limits().fileSize() && !(isMemory(space) && memoryRefusal(size) != null);
    }

    /**
     * Asks whether memory may be taken that no file system limits.
     *
     * @param size bytes
     * @return what is in the way, or {@code null} if nothing is
     */
    public @Nullable Limit memoryRefusal(long size) {
        if (size < LARGE) {
            return null;
        }
        MachineMemory machine = MachineMemory.read(root.resolve("proc"));
        Limit least = machine.limit();
        for (ControlGroup group : limits().groups()) {
            least = group.isRoomy(size) ? least : least.or(group.room(machine));
        }
        return least.free() < size ? least : null;
    }

    /**
     * {@return the limit that leaves least}
     *
     * @param space the file system, as the kernel has just described it
     * @param directory a path on it
     */
    public Limit of(Space space, String directory) {
        return of(space, directory, 0);
    }

    /**
     * {@return the limit that leaves least when memory is given up that is kept for later}
     *
     * @param space the file system, as the kernel has just described it
     * @param directory a path on it
     * @param kept bytes of the file system that are given up when room is short, each in a file of its own
     */
    public Limit of(Space space, String directory, long kept) {
        Limit bytes = new Limit(SpaceLimit.FILE_SYSTEM, space.free(), directory).with(kept);
        Limit files = new Limit(SpaceLimit.INODES, space.files() == 0 && kept == 0 ? 0 : Long.MAX_VALUE, directory);
        Limit least = files.or(bytes).or(fileSize());
        return isMemory(space) ? least.or(memory().with(kept)) : least;
    }

    /** {@return the limit that leaves least of memory that no file system limits} */
    public Limit memory() {
        MachineMemory machine = MachineMemory.read(root.resolve("proc"));
        Limit least = machine.limit();
        for (ControlGroup group : limits().groups()) {
            least = least.or(group.room(machine));
        }
        return least;
    }

    /**
     * {@return the limit to name when the kernel has refused a file}
     *
     * @param space the file system, as the kernel has just described it
     * @param directory a path on it
     * @param size bytes of the file
     */
    public Limit refused(Space space, String directory, long size) {
        Limit least = of(space, directory);
        return least.free() < size
                ? least
                : new Limit(SpaceLimit.FILE_SYSTEM, space.free(), directory
                        + ", but the kernel refused them: others took them meanwhile, or a disk quota is used up");
    }

    /** {@return the limit that leaves least of memory; its file size counts, too} */
    public Limit region() {
        return memory().or(fileSize());
    }

    private Limit fileSize() {
        long most = limits().fileSize();
        return new Limit(SpaceLimit.FILE_SIZE, most, "/proc/self/limits");
    }

    private static boolean isMemory(Space space) {
        return FileSystem.of(space.type()).filter(FileSystem.TMPFS::equals).isPresent();
    }

    private Limits limits() {
        Limits known = read;
        long now = System.nanoTime();
        if (known == null || now - known.nanos() > FRESH_NANOS) {
            List<String> own = KernelFile.lines(root.resolve("proc/self/limits"));
            known = new Limits(now, KernelFile.value(own, "Max file size", Long.MAX_VALUE),
                    ControlGroup.limited(root));
            read = known;
        }
        return known;
    }
}
