package io.resourcelink.internal.os;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** A directory inside another one, as something that may be missing and may be removed. */
public final class Subdirectory {

    private Subdirectory() {}

    /**
     * Lists the directories inside a directory whose names do not start with a dot, in no order.
     *
     * @param frame memory of the calling operation
     * @param parent where they are
     * @return their names; those that are not UTF-8 are left out. If the file system does not say what is a directory, other files too
     */
    public static List<String> names(CallFrame frame, Directory parent) {
        return Listing.directories(frame, parent.openForReading(frame), parent.path().toString());
    }

    /**
     * Opens a directory if it exists.
     *
     * @param frame memory of the calling operation
     * @param parent where it is
     * @param name its name
     * @return the open directory, or {@code null} if there is no directory of this name; a symbolic link is none
     */
    public static @Nullable Directory open(CallFrame frame, Directory parent, String name) {
        Abi abi = Abi.current();
        int opened = Libc.openat(frame, parent.fd(), frame.string(name), Directory.pathFlags(abi), 0);
        return switch (-opened) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> null;
            default -> Directory.of(parent.path().resolve(name), abi, Errno.checked("openat", opened, name));
        };
    }

    /**
     * Removes a directory if it is empty, rmdir(2).
     *
     * @param frame memory of the calling operation
     * @param parent where it is
     * @param name its name
     * @return whether it was removed; not if there is none, or something is in it
     */
    public static boolean remove(CallFrame frame, Directory parent, String name) {
        int result = Libc.unlinkat(frame, parent.fd(), frame.string(name), Libc.AT_REMOVEDIR);
        return switch (-result) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ENOTEMPTY, Errno.EEXIST -> false;
            default -> Errno.checked("unlinkat", result, name) == 0;
        };
    }
}
