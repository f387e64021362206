package io.resourcelink.internal.store.directory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.UnsuitableDirectoryException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.FileSystem;
import io.resourcelink.internal.os.FileSystem.Nature;
import io.resourcelink.internal.os.NamingMethod;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.os.Space;
import io.resourcelink.internal.room.Limit;
import io.resourcelink.internal.room.Room;
import io.resourcelink.internal.store.directory.Diagnosis.Check;
import io.resourcelink.internal.store.directory.Diagnosis.Result;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceKind;

/**
 * Proves, before a directory is used, that it can do everything this library needs: the file system is of the right kind,
 * files can be made without a name, storage can be reserved, two descriptions of one file exclude each other, and at least
 * one way to name a file is allowed. The test uses one file that never has a name. So it leaves nothing behind, whenever
 * this process dies.
 *
 * <p>A check that cannot be tried is {@link Result#UNPROVEN}. It is no reason to refuse the directory: a full file system
 * must be opened, or no process could collect what fills it.
 */
public final class SelfTest {

    private static final int FILE_MODE = 0600;
    private static final NamingMethod[] NAMINGS = NamingMethod.values();

    private final Path path;
    private final ResourceKind kind;
    private final Probe probe;
    private final List<Check> checks = new ArrayList<>();
    private @Nullable IpcException failure;
    private Diagnosis.@Nullable Naming naming;

    private SelfTest(Path path, ResourceKind kind, Probe probe) {
        this.path = path;
        this.kind = kind;
        this.probe = probe;
    }

    /** The questions to the kernel. Tests replace it to give other answers. */
    static class Probe {

        private final CallFrame frame;
        private final Directory directory;

        Probe(CallFrame frame, Directory directory) {
            this.frame = frame;
            this.directory = directory;
        }

        Space space() {
            return directory.space(frame);
        }

        @Nullable
        OpenFile unnamedFile() {
            return directory.createUnnamed(frame, directory.path().toString(), FILE_MODE);
        }

        boolean reserve(OpenFile file) {
            return file.reserve(frame, SegmentHeader.SIZE);
        }

        @Nullable
        OpenFile reopen(OpenFile file) {
            return file.reopen(frame);
        }

        boolean tryLock(OpenFile file) {
            return file.tryLock(frame, ReferenceLocks.REFERENCES, 1);
        }

        boolean seesLock(OpenFile file) {
            return file.findLock(frame, ReferenceLocks.REFERENCES, 1) != null;
        }

        boolean allows(OpenFile file, NamingMethod way) {
            return way.isAllowed(frame, file, directory);
        }

        boolean allowsMoving() {
            return directory.allowsMoving(frame);
        }
    }

    /** Tests an open directory and returns the finished test. */
    static SelfTest run(Path path, ResourceKind kind, Probe probe) {
        SelfTest test = new SelfTest(path, kind, probe);
        test.run();
        return test;
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    /** Throws the failure of the first check that failed. Does nothing if no check failed. */
    void refuseUnsuitable() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Returns how many of the ways to name an unnamed file the kernel refuses, or 0 if the test did not find out. */
    int refusedNamings() {
        return switch (naming) {
            case null -> 0;
            case BY_DESCRIPTOR -> 0;
            case BY_PROC -> 1;
            case STAGED -> NAMINGS.length;
        };
    }

    private void run() {
        check("file-system", this::fileSystem);
        if (isUnfit()) {
            return;
        }
        OpenFile file = null;
        try {
            file = unnamedFile();
            if (file != null) {
                test(file);
            }
        } finally {
            if (file != null) {
                file.close();
            }
        }
    }

    /** Returns whether nothing else can be tried, because the file system has no files of the usual kind. */
    private boolean isUnfit() {
        return failure != null && FileSystem.of(probe.space().type()).filter(unfit -> unfit.nature() == Nature.UNFIT)
                .isPresent();
    }

    private void test(OpenFile file) {
        check("storage", () -> storage(file));
        check("locks", () -> locks(file));
        check("naming", () -> naming(file));
    }

    private record Finding(Result result, String sentence) {}

    private static Finding passed(String sentence) {
        return new Finding(Result.PASSED, sentence);
    }

    private static Finding unproven(String sentence) {
        return new Finding(Result.UNPROVEN, sentence);
    }

    private void check(String name, Supplier<Finding> question) {
        try {
            Finding finding = question.get();
            checks.add(new Check(name, finding.result(), finding.sentence()));
        } catch (IpcException e) {
            checks.add(failed(name, e));
            failure = failure == null ? e : failure;
        }
    }

    private static Check failed(String name, Exception failure) {
        return new Check(name, Result.FAILED, String.valueOf(failure.getMessage()));
    }

    private UnsuitableDirectoryException unsuitable(String why) {
        return new UnsuitableDirectoryException(path.toString(), why);
    }

    /** Returns the result of a call. If this kernel or file system does not know the call, throws the given reason. */
    private <T extends @Nullable Object> T supported(Supplier<T> call, String why) {
        try {
            return call.get();
        } catch (OsException e) {
            throw switch (e.errno()) {
                case Errno.EINVAL, Errno.EISDIR, Errno.ENOSYS, Errno.EOPNOTSUPP -> unsuitable(why);
                default -> e;
            };
        }
    }

    private Finding fileSystem() {
        long type = probe.space().type();
        String label = FileSystem.label(type);
        Nature nature = FileSystem.of(type).map(FileSystem::nature).orElse(Nature.LOCAL);
        return switch (kind) {
            case SHARED_MEMORY -> {
                if (nature == Nature.UNFIT) {
                    throw unsuitable("it is on " + label + ", " + lack(type) + "; name a directory in /dev/shm, or"
                            + " mount a tmpfs there (for huge pages with huge=within_size).");
                }
                if (nature != Nature.MEMORY) {
                    throw unsuitable("it is on " + label + " and shared memory needs a tmpfs; name a directory in"
                            + " /dev/shm, mount a tmpfs there, or use mapped files instead.");
                }
                yield passed("It is on a tmpfs.");
            }
            case MAPPED_FILE -> switch (nature) {
                case LOCAL -> passed("It is on " + label + ", which is not a network file system.");
                case MEMORY -> passed("It is on a tmpfs, where mapped files do not survive a reboot.");
                case REMOTE -> throw unsuitable("it is on " + label + ", where the kernel of this machine does not see"
                        + " every lock; name a directory on a local disk.");
                case UNFIT -> throw unsuitable("it is on " + label + ", " + lack(type)
                        + "; name a directory on a local disk.");
            };
        };
    }

    private static String lack(long type) {
        return FileSystem.of(type).filter(FileSystem.HUGETLBFS::equals).isPresent()
                ? "whose files cannot be written to (write) and take whole huge pages, which the machine must have set"
                        + " aside (vm.nr_hugepages)"
                : "which cannot reserve storage (fallocate) and has no limit";
    }

    /** Returns the file for the other checks, or {@code null} if none can be made. */
    private @Nullable OpenFile unnamedFile() {
        OpenFile[] made = new OpenFile[1];
        check("unnamed-files", () -> {
            OpenFile file = supported(probe::unnamedFile,
                    "it has no files without a name (O_TMPFILE), so a process that"
                            + " dies could leave half a segment; name a directory on tmpfs, ext4, xfs or btrfs.");
            if (file == null) {
                return unproven(
                        "There is no room for another file; release or collect segments (ipc gc), or enlarge the"
                                + " file system.");
            }
            made[0] = file;
            return passed("A file without a name can be made (O_TMPFILE).");
        });
        return made[0];
    }

    private Finding storage(OpenFile file) {
        boolean reserved = supported(() -> probe.reserve(file), "its file system cannot reserve storage (fallocate), so"
                + " writing to a segment could kill the process; name a directory on tmpfs, ext4, xfs or btrfs.");
        return reserved
                ? passed("Storage can be reserved before it is used (fallocate).")
                : unproven("The file system is full; release or collect segments (ipc gc), or enlarge it.");
    }

    private Finding locks(OpenFile file) {
        String noLocks = "it has no open-file-description locks (F_OFD_SETLK), so references cannot be held; name a"
                + " directory on tmpfs, ext4, xfs or btrfs, on Linux 3.15 or newer.";
        try (OpenFile other = probe.reopen(file)) {
            if (!supported(() -> probe.tryLock(file), noLocks)) {
                throw unsuitable("a lock was refused that nobody holds; check what implements its file system.");
            }
            if (other == null) {
                return unproven("A file can be locked; whether two descriptions of it exclude each other was not tried,"
                        + " because /proc is not mounted or not readable here.");
            }
            if (probe.tryLock(other)) {
                throw unsuitable("two open files got the same lock, so a segment in use could be taken away; name a"
                        + " directory on tmpfs, ext4, xfs or btrfs.");
            }
            if (!probe.seesLock(other)) {
                throw unsuitable(
                        "a lock that is held is not reported (F_OFD_GETLK), so references cannot be counted; name"
                                + " a directory on tmpfs, ext4, xfs or btrfs.");
            }
            return passed("Two descriptions of one file exclude each other (F_OFD_SETLK).");
        }
    }

    private Finding naming(OpenFile file) {
        if (probe.allows(file, NAMINGS[0])) {
            naming = Diagnosis.Naming.BY_DESCRIPTOR;
            return passed("A file gets its name by its descriptor (linkat with AT_EMPTY_PATH).");
        }
        if (probe.allows(file, NAMINGS[1])) {
            naming = Diagnosis.Naming.BY_PROC;
            return passed("A file gets its name by way of /proc/self/fd (linkat).");
        }
        if (probe.allowsMoving()) {
            naming = Diagnosis.Naming.STAGED;
            return passed("A file gets its name by being renamed (renameat2), because linkat is refused.");
        }
        throw unsuitable(
                "a finished file can be given no name (linkat and renameat2 are refused); mount /proc, or allow"
                        + " these calls in the seccomp profile.");
    }

    /** Returns whether this machine and this JVM are suitable. */
    public static Check platform() {
        try {
            Platform.check();
            return new Check("platform", Result.PASSED, "Linux on " + System.getProperty("os.arch")
                    + ", with native access.");
        } catch (UnsupportedOperationException | IllegalCallerException e) {
            return failed("platform", e);
        }
    }

    /** Tests a directory, which a factory may open later. If it is missing, tests its parent. Makes nothing. */
    public static Diagnosis diagnose(Path path, ResourceKind kind, Trust trust) {
        List<Check> first = new ArrayList<>(List.of(platform()));
        try (CallFrame frame = new CallFrame(); Directory directory = Directory.openExisting(path)) {
            if (directory != null) {
                trust.checked(frame, directory, kind);
                first.add(new Check("directory", Result.PASSED,
                        "It belongs to somebody who is trusted, and others cannot replace files there."));
                Diagnosis.Staged staged = new Stage(directory, kind, trust).content(frame);
                return diagnosis(frame, directory, path, kind, first, true, staged);
            }
            Path parent = path.toAbsolutePath().normalize().getParent();
            try (Directory above = parent == null ? null : Directory.openExisting(parent.toRealPath())) {
                if (above == null) {
                    throw unmakeable(path);
                }
                first.add(new Check("directory", Result.PASSED,
                        "It does not exist yet, and is made when it is first needed; tested was " + parent + "."));
                return diagnosis(frame, above, path, kind, first, false, null);
            } catch (IOException e) {
                throw unmakeable(path);
            }
        } catch (IpcException e) {
            first.add(failed("directory", e));
            return new Diagnosis(kind, path, !(e instanceof UnsuitableDirectoryException), null, null, null, null,
                    first);
        }
    }

    private static Capacity capacity(Space space, Path path) {
        Limit room = Room.ofThisProcess().of(space, path.toString());
        return new Capacity(space.total(), room.free(), room.by(), room.source());
    }

    private static UnsuitableDirectoryException unmakeable(Path path) {
        return new UnsuitableDirectoryException(path.toString(),
                "neither it nor its parent exists; make it for this user (mkdir -p -m 700).");
    }

    private static Diagnosis diagnosis(CallFrame frame, Directory directory, Path path, ResourceKind kind,
            List<Check> first, boolean exists, Diagnosis.@Nullable Staged staged) {
        Probe probe = new Probe(frame, directory);
        SelfTest test = run(path, kind, probe);
        Space space = probe.space();
        List<Check> all = new ArrayList<>(first);
        all.addAll(test.checks());
        return new Diagnosis(kind, path, exists, FileSystem.label(space.type()),
                capacity(space, path), staged, test.naming, all);
    }
}
