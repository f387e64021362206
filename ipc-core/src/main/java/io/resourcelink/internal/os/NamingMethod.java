package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;

import io.resourcelink.internal.os.Directory.Named;

/** How a file that was made by {@link Directory#createUnnamed} gets its name, linkat(2). */
public enum NamingMethod {
    /** By its descriptor alone. Needs Linux 6.10 or a privileged process. */
    BY_DESCRIPTOR,
    /** By its path below {@code /proc/self/fd}. Needs {@code /proc}. */
    BY_PROC;

    /**
     * Gives a file its name, unless another file has it.
     *
     * @param frame memory of the calling operation
     * @param file a file without a name
     * @param directory where the name goes, on the same file system
     * @param name the name
     * @return the outcome
     */
    public Named name(CallFrame frame, OpenFile file, Directory directory, String name) {
        int result = linkat(frame, file, directory, name);
        return switch (-result) {
            case 0 -> Named.DONE;
            case Errno.EEXIST -> Named.TAKEN;
            case Errno.ENOENT, Errno.EPERM, Errno.EACCES -> Named.REFUSED;
            default -> throw Errno.failure("linkat", result, name);
        };
    }

    /**
     * Asks whether the kernel allows this process to give a file a name this way. Gives it none: the name asked for is {@code
     * "."}, which the kernel finds taken once it has allowed the rest.
     *
     * @param frame memory of the calling operation
     * @param file a file without a name
     * @param directory a directory on the same file system
     * @return whether it does
     */
    public boolean isAllowed(CallFrame frame, OpenFile file, Directory directory) {
        return linkat(frame, file, directory, ".") == -Errno.EEXIST;
    }

    private int linkat(CallFrame frame, OpenFile file, Directory directory, String name) {
        MemorySegment target = frame.string(name);
        return switch (this) {
            case BY_DESCRIPTOR -> Libc.linkat(frame, file.fd(), frame.otherString(""), directory.fd(), target,
                    Libc.AT_EMPTY_PATH);
            case BY_PROC -> Libc.linkat(frame, Libc.AT_FDCWD, file.procPath(frame), directory.fd(), target,
                    Libc.AT_SYMLINK_FOLLOW);
        };
    }
}
