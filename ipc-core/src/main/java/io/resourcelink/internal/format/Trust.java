package io.resourcelink.internal.format;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.segment.ResourceKind;

/**
 * The users whose files are used, and what other users may do to these files. A directory can be trusted as far as the
 * users who can replace files in it. A segment can be trusted as far as the users who can write to it.
 *
 * @param owners ids of the users whose directories and files are used
 * @param directoryMode permission bits of a new directory, and the most that a directory may allow others
 * @param segmentMode permission bits of a new segment, and the most that a segment may allow others; of channels,
 * permission bits of a socket
 * @param group the group of a new directory, {@link Directory#UNCHANGED} for what the system chooses
 */
public record Trust(Set<Integer> owners, int directoryMode, int segmentMode, int group) {

    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int GROUP_WRITABLE = 020;
    private static final int SETGID = 02000;

    /** A directory for a group passes its own group on to what is made there, not the first group of each user. */
    public Trust {
        owners = Set.copyOf(owners);
        if ((directoryMode & GROUP_WRITABLE) != 0) {
            directoryMode |= SETGID;
        }
    }

    public Trust(Set<Integer> owners, int directoryMode, int segmentMode) {
        this(owners, directoryMode, segmentMode, Directory.UNCHANGED);
    }

    /** Returns whether a group may use the directory. */
    public boolean isShared() {
        return (directoryMode & GROUP_WRITABLE) != 0;
    }

    /** Opens a directory. If it is missing and its parent exists, makes it. Nothing is checked. */
    public Directory open(Path path) {
        return Directory.open(path, directoryMode, group);
    }

    /**
     * Checks a directory, and returns it.
     *
     * @throws PermissionException if another user could replace files in it
     */
    public Directory checked(CallFrame frame, Directory directory, ResourceKind kind) {
        FileStatus status = directory.status(frame);
        String other = "use another one (" + setting(kind) + ")";
        if (!trusts(status)) {
            throw new PermissionException("directory " + directory.path(), "it belongs to user "
                    + Integer.toUnsignedString(status.owner()) + ", who is not trusted by this user ("
                    + Integer.toUnsignedString(Platform.userId())
                    + "). Trust its owner (ipc.trusted-owners, trustOwner(...), or --trusted-owners of the command), or "
                    + other
                    + ".");
        }
        if (!allowsDirectory(status)) {
            throw new PermissionException("directory " + directory.path(), "other users may remove files there. To"
                    + " share it with its group, allow that (ipc.directory-permissions=rwxrwx---,"
                    + " directoryPermissions(...), or --trusted-owners of the command). Otherwise take write access from them (chmod go-w), set the sticky"
                    + " bit (chmod +t), or " + other + ".");
        }
        if (isOfAnotherGroup(status)) {
            throw new PermissionException("directory " + directory.path(), "its group "
                    + Integer.toUnsignedString(status.group()) + " may write there, and not the group "
                    + Integer.toUnsignedString(group) + " (ipc.directory-group or directoryGroup(...)). Give it to"
                    + " that group (chgrp " + Integer.toUnsignedString(group) + ", then chmod g+s), or " + other
                    + ".");
        }
        return directory;
    }

    /** Returns the property and the method that choose the directory of a kind. */
    public static String setting(ResourceKind kind) {
        return switch (kind) {
            case SHARED_MEMORY -> "ipc.directory or directory(...)";
            case MAPPED_FILE -> "ipc.mapped-file-directory or mappedFileDirectory(...)";
        };
    }

    /** Returns whether a group may write to a directory, and is not the one that was chosen. */
    public boolean isOfAnotherGroup(FileStatus status) {
        return group != Directory.UNCHANGED && group != status.group() && (status.mode() & GROUP_WRITABLE) != 0;
    }

    public boolean trusts(FileStatus status) {
        return trusts(status.owner());
    }

    public boolean trusts(int user) {
        return owners.contains(user);
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
