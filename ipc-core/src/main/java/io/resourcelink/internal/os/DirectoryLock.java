package io.resourcelink.internal.os;

import org.jspecify.annotations.Nullable;

/** How a directory is locked, flock(2). The lock keeps other processes from nothing but locking the directory, too. */
public enum DirectoryLock {
    /** Along with others that lock it so. */
    SHARED(Libc.LOCK_SH),
    /** Alone. */
    EXCLUSIVE(Libc.LOCK_EX);

    private final int operation;

    DirectoryLock(int operation) {
        this.operation = operation;
    }

    /**
     * Locks a directory, if no other process has a lock in the way. Never waits.
     *
     * @param directory the directory
     * @return a file that unlocks the directory when the caller closes it; {@code null} if another process has locked it
     */
    public @Nullable OpenFile tryLock(Directory directory) {
        try (CallFrame frame = new CallFrame()) {
            String path = directory.path().toString();
            OpenFile file = OpenFile.of(directory.openForReading(frame), path);
            int result;
            try {
                result = Libc.flock(frame, file.fd(), operation | Libc.LOCK_NB);
            } catch (Throwable e) {
                file.close();
                throw e;
            }
            if (result == 0) {
                return file;
            }
            file.close();
            if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
                return null;
            }
            throw Errno.failure("flock", result, path);
        }
    }
}
