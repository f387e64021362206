package io.resourcelink.internal.os;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SpaceLimit;

/**
 * An open directory. The kernel looks up all names in it, never along a path, so it does not matter if a parent is moved or
 * replaced. See {@link NamingMethod}, {@link SymbolicLink} and {@link DirectoryLock} for what else happens in a directory.
 *
 * <p>Thread-safe but for {@link #close()}: the caller that opened the directory closes it when no thread uses it any more.
 */
public final class Directory implements AutoCloseable {

    /** Stands for the group that the system gives to a new file. */
    public static final int UNCHANGED = -1;

    private static final int FOR_OTHERS = 077;

    private final Path path;
    private final Abi abi;
    private final int fd;
    private boolean closed;

    private Directory(Path path, Abi abi, int fd) {
        this.path = path;
        this.abi = abi;
        this.fd = fd;
    }

    /**
     * Opens a directory. If it does not exist but its parent does, it is made first.
     *
     * @param path where it is; a symbolic link in place of the directory itself is refused
     * @param mode permission bits for a new one
     * @return the open directory
     */
    public static Directory open(Path path, int mode) {
        return open(path, mode, UNCHANGED);
    }

    /**
     * Opens a directory. If it does not exist but its parent does, it is made first. It gets its name after it has its
     * group and its permissions, so another user's process finds it with both.
     *
     * @param path where it is; a symbolic link in place of the directory itself is refused
     * @param mode permission bits for a new one
     * @param group the group of a new one, {@link #UNCHANGED} for what the system chooses
     * @return the open directory
     * @throws io.resourcelink.error.PermissionException if this user may not give a directory to the group
     */
    public static Directory open(Path path, int mode, int group) {
        Abi abi = Abi.current();
        try (CallFrame frame = new CallFrame()) {
            return of(path, abi, openOrMake(frame, abi, Libc.AT_FDCWD, path.toString(), new NewDirectory(mode, group)));
        }
    }

    /**
     * Opens a directory if it exists.
     *
     * @param path where it is; a symbolic link in place of the directory itself is refused
     * @return the open directory, or {@code null} if there is none
     */
    public static @Nullable Directory openExisting(Path path) {
        Abi abi = Abi.current();
        try (CallFrame frame = new CallFrame()) {
            int fd = Libc.openat(frame, Libc.AT_FDCWD, frame.string(path.toString()), pathFlags(abi), 0);
            if (fd == -Errno.ENOENT) {
                return null;
            }
            return of(path, abi, Errno.checked("openat", fd, path.toString()));
        }
    }

    /** Takes over a descriptor, and closes it if there is no heap for this. */
    static Directory of(Path path, Abi abi, int fd) {
        try {
            return new Directory(path, abi, fd);
        } catch (Throwable e) {
            OpenFile.close(fd);
            throw e;
        }
    }

    static int pathFlags(Abi abi) {
        return Libc.O_PATH | abi.directory() | abi.noFollow() | Libc.O_CLOEXEC;
    }

    /**
     * Opens a directory inside this one. If it does not exist, it is made first.
     *
     * @param frame memory of the calling operation
     * @param name its name
     * @param mode permission bits for a new one
     * @return the open directory
     */
    public Directory openChild(CallFrame frame, String name, int mode) {
        Path child = path.resolve(name);
        return of(child, abi, openOrMake(frame, abi, fd(), name, new NewDirectory(mode, UNCHANGED)));
    }

    private static int openOrMake(CallFrame frame, Abi abi, int dirfd, String name, NewDirectory fresh) {
        int flags = pathFlags(abi);
        int fd = Libc.openat(frame, dirfd, frame.string(name), flags, 0);
        if (fd == -Errno.ENOENT) {
            fresh.make(frame, dirfd, name);
            fd = Libc.openat(frame, dirfd, frame.string(name), flags, 0);
        }
        return Errno.checked("openat", fd, name);
    }

    int fd() {
        if (closed) {
            throw new IllegalStateException("The directory " + path + " is closed.");
        }
        return fd;
    }

    /** Opens the directory once more, for what the kernel does not do by way of a path: to list or to lock it. */
    int openForReading(CallFrame frame) {
        int flags = Libc.O_RDONLY | abi.directory() | Libc.O_CLOEXEC;
        return Errno.checked("openat", Libc.openat(frame, fd(), frame.string("."), flags, 0), path.toString());
    }

    /** {@return where this directory was when it was opened} */
    public Path path() {
        return path;
    }

    /**
     * Asks for the state of the directory itself.
     *
     * @param frame memory of the calling operation
     * @return what the kernel says
     */
    public FileStatus status(CallFrame frame) {
        Errno.checked("statx", Libc.statx(frame, fd(), frame.string(""), Libc.AT_EMPTY_PATH), path.toString());
        return FileStatus.of(frame.statx());
    }

    /**
     * Asks for the state of a directory that need not be open.
     *
     * @param frame memory of the calling operation
     * @param path where it is; a symbolic link in place of the directory itself is not followed
     * @return what the kernel says, or {@code null} if it refuses
     */
    public static @Nullable FileStatus status(CallFrame frame, Path path) {
        int result = Libc.statx(frame, Libc.AT_FDCWD, frame.string(path.toString()), Libc.AT_SYMLINK_NOFOLLOW);
        return result < 0 ? null : FileStatus.of(frame.statx());
    }

    /**
     * Asks for the state of a file in this directory. Symbolic links are not followed.
     *
     * @param frame memory of the calling operation
     * @param name a name in this directory
     * @return what the kernel says, or {@code null} if there is no such name
     */
    public @Nullable FileStatus status(CallFrame frame, String name) {
        int result = Libc.statx(frame, fd(), frame.string(name), Libc.AT_SYMLINK_NOFOLLOW);
        if (result == -Errno.ENOENT) {
            return null;
        }
        Errno.checked("statx", result, name);
        return FileStatus.of(frame.statx());
    }

    /**
     * Gives a file in this directory the group of this directory, and permissions.
     *
     * @param frame memory of the calling operation
     * @param name its name
     * @param mode the permission bits
     */
    public void share(CallFrame frame, String name, int mode) {
        int group = status(frame).group();
        FileStatus file = status(frame, name);
        if (file != null && file.group() != group) {
            Errno.checked("fchownat", Libc.fchownat(frame, fd(), frame.string(name), group), name);
        }
        Errno.checked("fchmodat", Libc.fchmodat(frame, fd(), frame.string(name), mode), name);
    }

    /**
     * Asks when a file in this directory was changed last. For a symbolic link or a socket, this is when it was made.
     *
     * @param frame memory of the calling operation
     * @param name a name in this directory
     * @return the time, or {@code null} if there is no such name
     */
    public @Nullable Instant modified(CallFrame frame, String name) {
        return status(frame, name) == null ? null : FileStatus.modified(frame.statx());
    }

    /** What a file is opened for. */
    public enum Access {
        /** To read it and to ask for locks. A process that watches the directory for files closed after writing does not wake. */
        LOOK,
        /** To read, write, lock and map it. */
        USE
    }

    /**
     * Opens a file in this directory. It may be of any type, so the caller checks that. Never waits, follows no symbolic link.
     *
     * @param frame memory of the calling operation
     * @param name a name in this directory
     * @param access what for
     * @return the open file, or {@code null} if there is no such name
     * @throws NotAFileException if it cannot be opened as a file
     * @throws LeasedFileException if another process has a lease on it
     */
    public @Nullable OpenFile open(CallFrame frame, String name, Access access)
            throws NotAFileException, LeasedFileException {
        int flags = access == Access.USE ? Libc.O_RDWR : Libc.O_RDONLY;
        int opened = Libc.openat(frame, fd(), frame.string(name),
                flags | abi.noFollow() | Libc.O_CLOEXEC | Libc.O_NONBLOCK, 0);
        return switch (-opened) {
            case Errno.ENOENT -> null;
            case Errno.ELOOP -> throw new NotAFileException("a symbolic link");
            case Errno.EISDIR -> throw new NotAFileException("a directory");
            case Errno.ENXIO -> throw new NotAFileException("a socket or device");
            case Errno.EAGAIN -> throw new LeasedFileException();
            default -> OpenFile.of(Errno.checked("openat", opened, name), name);
        };
    }

    /**
     * Makes a file without a name. It vanishes when the last process closes it, unless {@link NamingMethod} gives it a name.
     *
     * @param frame memory of the calling operation
     * @param name the name it will get, for messages
     * @param mode permission bits
     * @return the open file, or {@code null} if the file system has no room for another file
     */
    public @Nullable OpenFile createUnnamed(CallFrame frame, String name, int mode) {
        int flags = Libc.O_RDWR | abi.tmpFile() | Libc.O_CLOEXEC;
        return created(frame, Libc.openat(frame, fd(), frame.string("."), flags, mode), name, mode);
    }

    /**
     * Makes a file under a name that must be new.
     *
     * @param frame memory of the calling operation
     * @param name its name
     * @param mode permission bits
     * @return the open file, or {@code null} if the file system has no room for another file
     */
    public @Nullable OpenFile createNamed(CallFrame frame, String name, int mode) {
        int flags = Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | abi.noFollow() | Libc.O_CLOEXEC;
        return created(frame, Libc.openat(frame, fd(), frame.string(name), flags, mode), name, mode);
    }

    /**
     * Makes a file under a name, unless the name is taken.
     *
     * @param frame memory of the calling operation
     * @param name its name
     * @param mode permission bits
     * @return the open file, or {@code null} if the name is taken
     * @throws OutOfSpaceException if the file system has no room for another file
     */
    public @Nullable OpenFile createIfAbsent(CallFrame frame, String name, int mode) {
        int flags = Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | abi.noFollow() | Libc.O_CLOEXEC;
        int opened = Libc.openat(frame, fd(), frame.string(name), flags, mode);
        if (opened == -Errno.EEXIST) {
            return null;
        }
        OpenFile file = created(frame, opened, name, mode);
        if (file == null) {
            throw new OutOfSpaceException(name, 0, 0, SpaceLimit.INODES, path.toString());
        }
        return file;
    }

    private static @Nullable OpenFile created(CallFrame frame, int opened, String name, int mode) {
        if (opened < 0 && Errno.isLackOfSpace(-opened)) {
            return null;
        }
        OpenFile file = OpenFile.of(Errno.checked("openat", opened, name), name);
        if ((mode & FOR_OTHERS) != 0) {
            int changed = Libc.fchmod(frame, opened, mode);
            if (changed < 0) {
                file.close();
                throw Errno.failure("fchmod", changed, name);
            }
        }
        return file;
    }

    /** The outcome of giving a file a name. */
    public enum Named {
        /** The file has the name now. */
        DONE,
        /** Another file has the name. */
        TAKEN,
        /** The kernel does not allow this process to do it this way, or the file is no longer there. */
        REFUSED
    }

    /**
     * Moves a file of another directory into this one, unless its new name is taken.
     *
     * @param frame memory of the calling operation
     * @param source the directory it is in
     * @param name its name there
     * @param target its new name
     * @return the outcome; {@link Named#REFUSED} if the source has no such name any more
     */
    public Named moveHere(CallFrame frame, Directory source, String name, String target) {
        int result = Libc.renameat2(frame, source.fd(), frame.otherString(name), fd(), frame.string(target));
        return switch (-result) {
            case 0 -> Named.DONE;
            case Errno.EEXIST -> Named.TAKEN;
            case Errno.ENOENT -> Named.REFUSED;
            default -> throw Errno.failure("renameat2", result, target);
        };
    }

    /**
     * Asks whether {@link #moveHere} can work. Moves nothing: the target asked for is {@code "."}, which is taken, and the
     * kernel finds that out before it looks for the source.
     *
     * @param frame memory of the calling operation
     * @return whether it can
     */
    public boolean allowsMoving(CallFrame frame) {
        return Libc.renameat2(frame, fd(), frame.otherString("-"), fd(), frame.string(".")) == -Errno.EEXIST;
    }

    /**
     * Removes a name.
     *
     * @param frame memory of the calling operation
     * @param name the name
     * @return whether it was there
     */
    public boolean unlink(CallFrame frame, String name) {
        int result = Libc.unlinkat(frame, fd(), frame.string(name));
        if (result == -Errno.ENOENT) {
            return false;
        }
        Errno.checked("unlinkat", result, name);
        return true;
    }

    /**
     * Lists the names in this directory that do not start with a dot, in no order.
     *
     * @param frame memory of the calling operation
     * @return the names; those that are not UTF-8 are left out
     */
    public List<String> names(CallFrame frame) {
        return Listing.files(frame, openForReading(frame), path.toString());
    }

    /**
     * Asks for the room on the file system.
     *
     * @param frame memory of the calling operation
     * @return the room; a tmpfs without a limit says so
     */
    public Space space(CallFrame frame) {
        Errno.checked("fstatfs", Libc.fstatfs(frame, fd()), path.toString());
        return Space.of(frame.statfs());
    }

    /**
     * Asks for the id of the file system, {@code f_fsid} of statfs(2).
     *
     * @param frame memory of the calling operation
     * @return the id; 0 if the file system has none, or hides it
     */
    public long fileSystemId(CallFrame frame) {
        Errno.checked("fstatfs", Libc.fstatfs(frame, fd()), path.toString());
        return Space.fileSystemId(frame.statfs());
    }

    /** Closes the directory. A second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            OpenFile.close(fd);
        }
    }
}
