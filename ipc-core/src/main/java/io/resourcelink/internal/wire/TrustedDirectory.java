package io.resourcelink.internal.wire;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.work.Closing;

/** Opens directories in which no user who is not trusted can connect to channels, or replace sockets or the directory. */
final class TrustedDirectory {

    private static final Path DEFAULT_PARENT = Platform.directoryOfUser(Path.of("/dev/shm"));

    /** The name of a directory of channels inside a directory of segments, where it is no key. */
    private static final String INSIDE = ".channels";

    /** The directory that is used where none is named: {@code .channels} in the default directory of segments. */
    static final Path DEFAULT = DEFAULT_PARENT.resolve(INSIDE);

    private static final int OTHERS = 077;
    private static final int WRITABLE_BY_ALL = 02;
    private static final String OTHER_PLACE = " Use a directory elsewhere: ipc.directory for segments and channels,"
            + " ipc.channels.directory or Channel.builder().directory(...) for channels alone.";

    private TrustedDirectory() {}

    /** Returns where channels are that follow a directory of segments; {@code null} for the default. */
    static @Nullable Path inside(Path segments) {
        try (Directory directory = Directory.openExisting(segments); CallFrame frame = new CallFrame()) {
            boolean ofAll = directory != null && (directory.status(frame).mode() & WRITABLE_BY_ALL) != 0;
            return ofAll ? null : segments.resolve(INSIDE);
        }
    }

    /**
     * Opens a directory. Makes it if it is missing, and its parent as well if that is a directory of segments.
     *
     * @throws PermissionException if a user who is not trusted could interfere
     */
    static Directory open(Path path, Trust trust) {
        Path parent = path.getParent();
        if (parent != null && path.endsWith(INSIDE)) {
            trust.open(parent).close();
        }
        checkParent(path, trust);
        Directory directory = trust.open(path);
        try {
            check(directory, trust);
            return directory;
        } catch (Throwable e) {
            Closing.undo(e, directory);
            throw e;
        }
    }

    private static void check(Directory directory, Trust trust) {
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = directory.status(frame);
            String subject = "directory " + directory.path();
            if (!trust.trusts(status)) {
                throw new PermissionException(subject, "it belongs to user "
                        + Integer.toUnsignedString(status.owner()) + ", who is not trusted by this user ("
                        + Integer.toUnsignedString(Platform.userId()) + "). Use another one (ipc.channels.directory or"
                        + " Channel.builder().directory(...)), or trust its owner (ipc.trusted-owners or"
                        + " trustOwner(...)).");
            }
            if ((status.mode() & OTHERS & ~trust.directoryMode()) != 0) {
                throw new PermissionException(subject, "the sockets of channels must be in a directory that no other"
                        + " user can enter. To share it with its group, allow that"
                        + " (ipc.channels.directory-permissions=rwxrwx--- or directoryPermissions(...)). Otherwise"
                        + " change its mode (chmod 700), or use another one (ipc.channels.directory or"
                        + " Channel.builder().directory(...)).");
            }
            if (trust.isOfAnotherGroup(status)) {
                throw new PermissionException(subject, "its group " + Integer.toUnsignedString(status.group())
                        + " may write there, and not the group " + Integer.toUnsignedString(trust.group())
                        + " (ipc.directory-group or directoryGroup(...)). Give it to that group (chgrp "
                        + Integer.toUnsignedString(trust.group()) + ", then chmod g+s), or use another one"
                        + " (ipc.channels.directory or Channel.builder().directory(...)).");
            }
        }
    }

    /** The owner of the parent, and every user who may remove files there, can replace the directory. */
    private static void checkParent(Path path, Trust trust) {
        Path parent = realParent(path);
        try (Directory above = parent == null ? null : Directory.openExisting(parent);
                CallFrame frame = new CallFrame()) {
            FileStatus status = above == null ? null : above.status(frame);
            if (status == null) {
                return;
            }
            if (!trust.trusts(status)) {
                throw new PermissionException("directory " + parent, "it belongs to user "
                        + Integer.toUnsignedString(status.owner()) + ", who could replace the directory of channels."
                        + OTHER_PLACE);
            }
            if ((status.mode() & WRITABLE_BY_ALL) != 0 && !status.isSticky()) {
                throw new PermissionException("directory " + parent, "all users may replace the directory of channels"
                        + " there. Take write access from them (chmod o-w)." + OTHER_PLACE);
            }
        }
    }

    /** {@return the parent without symbolic links, {@code null} if there is none yet} */
    private static @Nullable Path realParent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        try {
            return parent == null ? null : parent.toRealPath();
        } catch (IOException _) {
            return null;
        }
    }
}
