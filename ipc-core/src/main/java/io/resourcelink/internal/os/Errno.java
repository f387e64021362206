package io.resourcelink.internal.os;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;

/**
 * Error numbers of Linux, which are the same on x86-64 and aarch64, and the one place that turns them into exceptions.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
public final class Errno {

    /** Not permitted. */
    public static final int EPERM = 1;
    /** No such file or directory. */
    public static final int ENOENT = 2;
    /** No such process, or no such entry. */
    public static final int ESRCH = 3;
    /** Interrupted by a signal. */
    public static final int EINTR = 4;
    /** No such device or address: a socket's file was opened. */
    public static final int ENXIO = 6;
    /** Bad descriptor. */
    public static final int EBADF = 9;
    /** Locked by another process, or not possible without waiting. */
    public static final int EAGAIN = 11;
    /** Out of memory, or of mappings. */
    public static final int ENOMEM = 12;
    /** Permission denied. */
    public static final int EACCES = 13;
    /** No memory at this address. */
    public static final int EFAULT = 14;
    /** The file exists. */
    public static final int EEXIST = 17;
    /** Not a directory. */
    public static final int ENOTDIR = 20;
    /** Is a directory. */
    public static final int EISDIR = 21;
    /** Invalid argument. */
    public static final int EINVAL = 22;
    /** Too many open files on this system. */
    public static final int ENFILE = 23;
    /** Too many open files in this process. */
    public static final int EMFILE = 24;
    /** Broken pipe: the other end is closed. */
    public static final int EPIPE = 32;
    /** Larger than a file may be. */
    public static final int EFBIG = 27;
    /** No space left. */
    public static final int ENOSPC = 28;
    /** Read-only file system. */
    public static final int EROFS = 30;
    /** Name too long. */
    public static final int ENAMETOOLONG = 36;
    /** No locks available. */
    public static final int ENOLCK = 37;
    /** No such system call. */
    public static final int ENOSYS = 38;
    /** A directory that is not empty. */
    public static final int ENOTEMPTY = 39;
    /** A symbolic link where none may be. */
    public static final int ELOOP = 40;
    /** Not supported by this file system. */
    public static final int EOPNOTSUPP = 95;
    /** The address is in use. */
    public static final int EADDRINUSE = 98;
    /** A connection was given up before it was accepted. */
    public static final int ECONNABORTED = 103;
    /** The other end was closed with packets unread. */
    public static final int ECONNRESET = 104;
    /** Not connected. */
    public static final int ENOTCONN = 107;
    /** Too many descriptors are in flight inside sockets. */
    public static final int ETOOMANYREFS = 109;
    /** No process listens there. */
    public static final int ECONNREFUSED = 111;
    /** Over quota. */
    public static final int EDQUOT = 122;

    private Errno() {}

    /**
     * {@return whether an error number says that bytes could not be allocated}
     *
     * @param errno the number
     */
    static boolean isLackOfSpace(int errno) {
        return errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == ENOMEM;
    }

    /**
     * Translates a failure for which the caller has no better exception.
     *
     * @param call the function's name
     * @param negated minus the error number, as {@code Libc} returns it
     * @param subject what the call was about
     * @return the exception to throw
     */
    static IpcException failure(String call, long negated, String subject) {
        int errno = (int) -negated;
        return switch (errno) {
            case EPERM, EACCES -> new PermissionException(subject, "the system refused " + call + " ("
                    + symbol(errno) + "). Check the owner and mode of the directory and of the file.");
            default -> new OsException(call, errno, symbol(errno), subject, text(errno));
        };
    }

    /**
     * Reports that a directory cannot be made because its parent is missing.
     *
     * @param call the function's name
     * @param subject the directory that was to be made
     * @return the exception to throw
     */
    static IpcException missingParent(String call, String subject) {
        return new OsException(call, ENOENT, symbol(ENOENT), subject,
                "the parent of this directory does not exist; create the parent, or check the configured path.");
    }

    /**
     * Checks a result that is not an expected race.
     *
     * @param call the function's name
     * @param result what {@code Libc} returned
     * @param subject what the call was about
     * @return the result, at least 0
     */
    static int checked(String call, int result, String subject) {
        if (result < 0) {
            throw failure(call, result, subject);
        }
        return result;
    }

    private static String symbol(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM";
            case ENOENT -> "ENOENT";
            case EINTR -> "EINTR";
            case ENXIO -> "ENXIO";
            case EBADF -> "EBADF";
            case EAGAIN -> "EAGAIN";
            case ENOMEM -> "ENOMEM";
            case EACCES -> "EACCES";
            case EFAULT -> "EFAULT";
            case EEXIST -> "EEXIST";
            case ENOTDIR -> "ENOTDIR";
            case EISDIR -> "EISDIR";
            case EINVAL -> "EINVAL";
            case ENFILE -> "ENFILE";
            case EMFILE -> "EMFILE";
            case EFBIG -> "EFBIG";
            case ENOSPC -> "ENOSPC";
            case EROFS -> "EROFS";
            case ENAMETOOLONG -> "ENAMETOOLONG";
            case ENOLCK -> "ENOLCK";
            case ENOSYS -> "ENOSYS";
            case ENOTEMPTY -> "ENOTEMPTY";
            case ELOOP -> "ELOOP";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case EDQUOT -> "EDQUOT";
            case EPIPE -> "EPIPE";
            case EADDRINUSE -> "EADDRINUSE";
            case ECONNABORTED -> "ECONNABORTED";
            case ECONNRESET -> "ECONNRESET";
            case ENOTCONN -> "ENOTCONN";
            case ETOOMANYREFS -> "ETOOMANYREFS";
            case ECONNREFUSED -> "ECONNREFUSED";
            default -> "error number " + errno;
        };
    }

    private static String text(int errno) {
        return switch (errno) {
            case ENOENT -> "no such file or directory; create it, or check the configured path.";
            case ENOTDIR -> "not a directory; check the configured path.";
            case ENOMEM -> "out of memory or of mappings; release segments, or raise vm.max_map_count.";
            case EMFILE -> "too many open files in this process; release segments, or raise RLIMIT_NOFILE (ulimit -n).";
            case ENFILE -> "too many open files on this system; raise fs.file-max.";
            case ENOSPC, EDQUOT -> "no space, inodes or quota left; release segments or enlarge the file system.";
            case ETOOMANYREFS ->
                "too many descriptors of this user are on their way inside sockets; receive messages, or raise"
                        + " RLIMIT_NOFILE (ulimit -n).";
            case EFAULT -> "there is no memory at this address; was the file truncated that it is mapped from?";
            case EROFS -> "the file system is read-only; choose another directory.";
            case ENOLCK -> "the kernel has no room for locks; release segments.";
            case EINVAL, ENOSYS, EOPNOTSUPP ->
                "this file system or kernel does not support it; choose a directory on a tmpfs for"
                        + " shared memory, or on ext4 or xfs for mapped files.";
            default -> "see errno(3) for what the number means.";
        };
    }
}
