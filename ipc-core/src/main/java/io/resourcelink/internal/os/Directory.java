package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An open directory. All names are looked up in it, never along a path, so moving or replacing a parent changes nothing.
 *
 * <p>Thread-safe but for {@link #close()}: whoever opened it sees to it that nobody uses it then.
 */
public final class Directory implements AutoCloseable {

    private static final int DENTS_SIZE = 32 << 10;

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
     * Opens a directory, and makes it, for its owner only, if it is missing and its parent is not.
     *
     * @param path where it is; a symbolic link in place of the directory itself is refused
     * @param mode permission bits for a new one
     * @return the open directory
     */
    public static Directory open(Path path, int mode) {
        Abi abi = Abi.current();
        try (CallFrame frame = new CallFrame()) {
            return of(path, abi, openOrMake(frame, abi, Libc.AT_FDCWD, path.toString(), mode));
        }
    }

    /**
     * Opens a directory that should be there. One system call.
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
            if (fd < 0) {
                throw Errno.failure("openat", fd, path.toString());
            }
            return of(path, abi, fd);
        }
    }

    /** Takes over a descriptor, which is closed if there is no heap for this. */
    private static Directory of(Path path, Abi abi, int fd) {
        try {
            return new Directory(path, abi, fd);
        } catch (Throwable e) {
            OpenFile.close(fd);
            throw e;
        }
    }

    private static int pathFlags(Abi abi) {
        return Libc.O_PATH | abi.directory() | abi.noFollow() | Libc.O_CLOEXEC;
    }

    /**
     * Opens a directory inside this one, and makes it if it is missing.
     *
     * @param frame memory of the calling operation
     * @param name its name
     * @param mode permission bits for a new one
     * @return the open directory
     */
    public Directory openChild(CallFrame frame, String name, int mode) {
        Path child = path.resolve(name);
        return of(child, abi, openOrMake(frame, abi, fd(), name, mode));
    }

    private static int openOrMake(CallFrame frame, Abi abi, int dirfd, String name, int mode) {
        int flags = pathFlags(abi);
        int fd = Libc.openat(frame, dirfd, frame.string(name), flags, 0);
        if (fd == -Errno.ENOENT) {
            int made = Libc.mkdirat(frame, dirfd, frame.string(name), mode);
            if (made < 0 && made != -Errno.EEXIST) {
                throw Errno.failure("mkdirat", made, name);
            }
            // The process's umask has taken away what the group was to have.
            int changed = made == 0 && (mode & 077) != 0 ? Libc.fchmodat(frame, dirfd, frame.string(name), mode) : 0;
            if (changed < 0) {
                throw Errno.failure("fchmodat", changed, name);
            }
            fd = Libc.openat(frame, dirfd, frame.string(name), flags, 0);
        }
        if (fd < 0) {
            throw Errno.failure("openat", fd, name);
        }
        return fd;
    }

    int fd() {
        if (closed) {
            throw new IllegalStateException("The directory " + path + " is closed.");
        }
        return fd;
    }

    /** {@return where this directory was when it was opened} */
    public Path path() {
        return path;
    }

    /**
     * Asks for the state of the directory itself. One system call.
     *
     * @param frame memory of the calling operation
     * @return what the kernel says
     */
    public FileStatus status(CallFrame frame) {
        int result = Libc.statx(frame, fd(), frame.string(""), Libc.AT_EMPTY_PATH);
        if (result < 0) {
            throw Errno.failure("statx", result, path.toString());
        }
        return FileStatus.of(frame.statx());
    }

    /**
     * Asks for the state of what a name stands for. One system call; symbolic links are not followed.
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
        if (result < 0) {
            throw Errno.failure("statx", result, name);
        }
        return FileStatus.of(frame.statx());
    }

    /** What a file is opened for. */
    public enum Access {
        /** To read it and to ask for locks. Wakes nobody who watches the directory for files closed after writing. */
        LOOK,
        /** To read, write, lock and map it. */
        USE
    }

    /**
     * Opens what a name stands for, whatever it is: the caller checks its type. Never waits, follows no symbolic link.
     * One system call.
     *
     * @param frame memory of the calling operation
     * @param name a name in this directory
     * @param access what for
     * @return the open file, or {@code null} if there is no such name
     * @throws NotAFileException if it is something that cannot be opened as a file
     * @throws LeasedFileException if somebody keeps others out of it
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
            default -> {
                if (opened < 0) {
                    throw Errno.failure("openat", opened, name);
                }
                yield OpenFile.of(opened, name);
            }
        };
    }

    /**
     * Makes a file that has no name yet, and that vanishes with its last user unless it is given one. One system call.
     *
     * @param frame memory of the calling operation
     * @param name what it will be called, for messages
     * @param mode permission bits
     * @return the open file, or {@code null} if the file system has no room for another file
     */
    public @Nullable OpenFile createUnnamed(CallFrame frame, String name, int mode) {
        return created(frame,
                Libc.openat(frame, fd(), frame.string("."), Libc.O_RDWR | abi.tmpFile() | Libc.O_CLOEXEC, mode), name,
                mode);
    }

    /**
     * Makes a file under a name that must be new. One system call.
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

    private static @Nullable OpenFile created(CallFrame frame, int opened, String name, int mode) {
        if (opened < 0 && Errno.isLackOfSpace(-opened)) {
            return null;
        }
        if (opened < 0) {
            throw Errno.failure("openat", opened, name);
        }
        OpenFile file = OpenFile.of(opened, name);
        if ((mode & 077) != 0) {
            int changed = Libc.fchmod(frame, opened, mode);
            if (changed < 0) {
                file.close();
                throw Errno.failure("fchmod", changed, name);
            }
        }
        return file;
    }

    /** How an unnamed file gets its name. */
    public enum Naming {
        /** By its descriptor alone: Linux 6.10 and newer, or a privileged process. */
        BY_DESCRIPTOR,
        /** By way of {@code /proc/self/fd}, which must be mounted. */
        BY_PROC
    }

    /** What came of naming a file. */
    public enum Named {
        /** It has the name now. */
        DONE,
        /** Somebody else has the name. */
        TAKEN,
        /** The kernel does not let this process do it this way. */
        REFUSED
    }

    /**
     * Gives an unnamed file its name, if nothing has it. One system call.
     *
     * @param frame memory of the calling operation
     * @param file a file made by {@link #createUnnamed}
     * @param name its name to be
     * @param naming how
     * @return what came of it
     */
    public Named link(CallFrame frame, OpenFile file, String name, Naming naming) {
        int result = linkat(frame, file, name, naming);
        return switch (-result) {
            case 0 -> Named.DONE;
            case Errno.EEXIST -> Named.TAKEN;
            case Errno.ENOENT, Errno.EPERM, Errno.EACCES -> Named.REFUSED;
            default -> throw Errno.failure("linkat", result, name);
        };
    }

    private int linkat(CallFrame frame, OpenFile file, String name, Naming naming) {
        MemorySegment target = frame.string(name);
        return switch (naming) {
            case BY_DESCRIPTOR ->
                Libc.linkat(frame, file.fd(), frame.otherString(""), fd(), target, Libc.AT_EMPTY_PATH);
            case BY_PROC ->
                Libc.linkat(frame, Libc.AT_FDCWD, file.procPath(frame), fd(), target, Libc.AT_SYMLINK_FOLLOW);
        };
    }

    /**
     * Asks whether an unnamed file could be given a name, and gives it none: the name asked for is {@code "."}, which the
     * kernel finds taken once it has allowed the rest. One system call.
     *
     * @param frame memory of the calling operation
     * @param file a file made by {@link #createUnnamed}
     * @param naming how
     * @return whether the kernel lets this process do it this way
     */
    public boolean allows(CallFrame frame, OpenFile file, Naming naming) {
        return linkat(frame, file, ".", naming) == -Errno.EEXIST;
    }

    /**
     * Asks whether a file could be renamed without replacing another, and renames none: the target is {@code "."}, which is
     * taken, and nothing of the other name is looked for before that is found out. One system call.
     *
     * @param frame memory of the calling operation
     * @return whether {@link #moveHere} can work
     */
    public boolean allowsMoving(CallFrame frame) {
        return Libc.renameat2(frame, fd(), frame.otherString("-"), fd(), frame.string(".")) == -Errno.EEXIST;
    }

    /**
     * Moves a file of a directory into this one, if nothing has its new name. One system call.
     *
     * @param frame memory of the calling operation
     * @param source the directory it is in
     * @param name its name there
     * @param target its name to be
     * @return what came of it; {@link Named#REFUSED} if there is nothing of that name any more
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
     * Removes a name. One system call.
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
        if (result < 0) {
            throw Errno.failure("unlinkat", result, name);
        }
        return true;
    }

    /**
     * Lists the names in this directory that do not start with a dot, in no order. About one system call for every
     * thousand names.
     *
     * @param frame memory of the calling operation
     * @return the names; those that are not UTF-8 are left out
     */
    public List<String> names(CallFrame frame) {
        int reading = Libc.openat(frame, fd(), frame.string("."), Libc.O_RDONLY | abi.directory() | Libc.O_CLOEXEC, 0);
        if (reading < 0) {
            throw Errno.failure("openat", reading, path.toString());
        }
        try {
            List<String> names = new ArrayList<>();
            MemorySegment buffer = frame.allocate(DENTS_SIZE);
            for (;;) {
                long filled = Libc.getdents64(frame, reading, buffer);
                if (filled < 0) {
                    throw Errno.failure("getdents64", filled, path.toString());
                }
                if (filled == 0) {
                    return names;
                }
                addNames(buffer, filled, names);
            }
        } finally {
            Libc.close(frame, reading);
        }
    }

    /** Reads {@code struct linux_dirent64}, getdents(2): length at 16, type at 18, name from 19 on. */
    private static void addNames(MemorySegment buffer, long filled, List<String> names) {
        for (long at = 0; at < filled; at += Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + 16))) {
            if (buffer.get(ValueLayout.JAVA_BYTE, at + 19) != '.') {
                String name = buffer.getString(at + 19, StandardCharsets.UTF_8);
                if (name.indexOf('\uFFFD') < 0 || isExactly(name, buffer.asSlice(at + 19))) {
                    names.add(name);
                }
            }
        }
    }

    /** A replacement character is in the name, or stands for bytes that are no UTF-8. */
    private static boolean isExactly(String name, MemorySegment bytes) {
        MemorySegment encoded = MemorySegment.ofArray(name.getBytes(StandardCharsets.UTF_8));
        return bytes.asSlice(0, encoded.byteSize()).mismatch(encoded) < 0 && bytes.get(ValueLayout.JAVA_BYTE,
                encoded.byteSize()) == 0;
    }

    /**
     * Makes a symbolic link, which need not lead anywhere. One system call.
     *
     * @param frame memory of the calling operation
     * @param name its name, which must be new
     * @param target what it says
     * @return whether it was made; if not, the name is taken
     */
    public boolean makeSymbolicLink(CallFrame frame, String name, String target) {
        int result = SocketCalls.symlinkat(frame, frame.otherString(target), fd(), frame.string(name));
        if (result == -Errno.EEXIST) {
            return false;
        }
        if (result < 0) {
            throw Errno.failure("symlinkat", result, name);
        }
        return true;
    }

    /**
     * Reads what a symbolic link says. One system call.
     *
     * @param frame memory of the calling operation
     * @param name its name
     * @return up to 255 bytes of it, or {@code null} if there is no such link
     */
    public @Nullable String readSymbolicLink(CallFrame frame, String name) {
        MemorySegment text = frame.allocate(256);
        long length = SocketCalls.readlinkat(frame, fd(), frame.string(name), text.asSlice(0, 255));
        if (length == -Errno.ENOENT || length == -Errno.EINVAL) {
            return null;
        }
        if (length < 0) {
            throw Errno.failure("readlinkat", length, name);
        }
        return text.getString(0, StandardCharsets.UTF_8);
    }

    /** How a directory is locked, flock(2). */
    public enum Lock {
        /** Along with others who share it. */
        SHARED,
        /** Alone. */
        EXCLUSIVE
    }

    /**
     * Locks the directory itself, which keeps nobody from anything but locking it, too. Three system calls; never waits.
     *
     * @param lock how
     * @return what to close to unlock it, or {@code null} if somebody else has it locked
     */
    public @Nullable OpenFile tryLock(Lock lock) {
        try (CallFrame frame = new CallFrame()) {
            int opened = Libc.openat(frame, fd(), frame.string("."), Libc.O_RDONLY | abi.directory() | Libc.O_CLOEXEC,
                    0);
            if (opened < 0) {
                throw Errno.failure("openat", opened, path.toString());
            }
            OpenFile file = OpenFile.of(opened, path.toString());
            int operation = lock == Lock.SHARED ? SocketCalls.LOCK_SH : SocketCalls.LOCK_EX;
            int result = SocketCalls.flock(frame, opened, operation | SocketCalls.LOCK_NB);
            if (result == 0) {
                return file;
            }
            file.close();
            if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
                return null;
            }
            throw Errno.failure("flock", result, path.toString());
        }
    }

    /**
     * Asks for the room on the file system. One system call.
     *
     * @param frame memory of the calling operation
     * @return the room; a tmpfs without a limit says so
     */
    public Space space(CallFrame frame) {
        int result = Libc.fstatfs(frame, fd());
        if (result < 0) {
            throw Errno.failure("fstatfs", result, path.toString());
        }
        // struct statfs, statfs(2), on 64-bit Linux: type 0, block size 8, blocks 16, free 24, available 32, files 40,
        // free files 48.
        MemorySegment statfs = frame.statfs();
        long type = statfs.get(ValueLayout.JAVA_LONG, 0);
        long block = statfs.get(ValueLayout.JAVA_LONG, 8);
        long blocks = statfs.get(ValueLayout.JAVA_LONG, 16);
        long files = statfs.get(ValueLayout.JAVA_LONG, 40) == 0 // of a file system that makes inodes as it needs them
                ? Long.MAX_VALUE
                : statfs.get(ValueLayout.JAVA_LONG, 48);
        return blocks == 0
                ? new Space(Long.MAX_VALUE, Long.MAX_VALUE, files, type)
                : new Space(blocks * block, statfs.get(ValueLayout.JAVA_LONG, 32) * block, files, type);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            OpenFile.close(fd);
        }
    }
}
