package io.resourcelink.internal.format;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.Platform;

/**
 * The users whose files are used, and what other users may do to these files. A directory can be trusted as far as the
 * users who can replace files in it. A segment can be trusted as far as the users who can write to it.
 *
 * @param owners ids of the users whose directories and files are used
 * @param directoryMode permission bits of a new directory, and the most that a directory may allow others
 * @param segmentMode permission bits of a new segment, and the most that a segment may allow others
 */
public record Trust(Set<Integer> owners, int directoryMode, int segmentMode) {

    private static final int WRITABLE_BY_OTHERS = 022;

    public Trust {
        owners = Set.copyOf(owners);
    }

    /**
     * Checks a directory, and returns it.
     *
     * @throws PermissionException if another user could replace files in it
     */
    public Directory checked(CallFrame frame, Directory directory) {
        FileStatus status = directory.status(frame);
        if (!trusts(status)) {
            throw new PermissionException("directory " + directory.path(), "it belongs to user "
                    + Integer.toUnsignedString(status.owner())
                    + ", who is not trusted. Use another one (ipc.directory or"
                    + " Builder.directory(...)), of this user (" + Integer.toUnsignedString(Platform.userId())
                    + ") or of root, or trust its owner.");
        }
        if (!allowsDirectory(status)) {
            throw new PermissionException("directory " + directory.path(), "other users may remove files there. Take"
                    + " write access from them (chmod go-w), set the sticky bit (chmod +t), or use another one"
                    + " (ipc.directory or Builder.directory(...)).");
        }
        return directory;
    }

    public boolean trusts(FileStatus status) {
        return owners.contains(status.owner());
    }

    /** In a sticky directory each user may only remove files that the user owns. */
    public boolean allowsDirectory(FileStatus status) {
        return status.isSticky() || allows(status, directoryMode);
    }

    public boolean allowsSegment(FileStatus status) {
        return allows(status, segmentMode);
    }

    private static boolean allows(FileStatus status, int mode) {
        return (status.mode() & WRITABLE_BY_OTHERS & ~mode) == 0;
    }

    /**
     * Returns the bits of a segment's permissions. A process that may only read the file can take read locks on {@code
     * M} and {@code R}. So it can lock out all others without ever being a holder.
     *
     * @throws IllegalArgumentException if a user could read and not write
     */
    public static int segmentMode(Set<PosixFilePermission> permissions) {
        int mode = mode(permissions, EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
        int group = mode & 060;
        if ((group != 0 && group != 060) || (mode & 07) != 0) {
            throw new IllegalArgumentException("A segment's group may read and write or do neither, and others nothing;"
                    + " these are " + PosixFilePermissions.toString(permissions)
                    + ". Who may only read a segment can keep"
                    + " everybody from acquiring it.");
        }
        return mode;
    }

    /**
     * Returns the bits of permissions.
     *
     * @throws IllegalArgumentException if the owner lacks any that the owner needs, or other users could write
     */
    public static int mode(Set<PosixFilePermission> permissions, Set<PosixFilePermission> needed) {
        if (!permissions.containsAll(needed) || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IllegalArgumentException("The owner needs " + needed + ", and others must not write; these are "
                    + permissions + ".");
        }
        int mode = 0;
        for (PosixFilePermission permission : permissions) {
            mode |= switch (permission) {
                case OWNER_READ -> 0400;
                case OWNER_WRITE -> 0200;
                case OWNER_EXECUTE -> 0100;
                case GROUP_READ -> 040;
                case GROUP_WRITE -> 020;
                case GROUP_EXECUTE -> 010;
                case OTHERS_READ -> 04;
                case OTHERS_WRITE -> 02;
                case OTHERS_EXECUTE -> 01;
            };
        }
        return mode;
    }
}
