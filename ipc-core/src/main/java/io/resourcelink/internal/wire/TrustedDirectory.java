package io.resourcelink.internal.wire;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.work.Closing;

/** Opens directories in which no other user can connect to channels, or put sockets or a directory in place of theirs. */
final class TrustedDirectory {

    private static final Path DEFAULT_PARENT = Platform.directoryOfUser(Path.of("/dev/shm"));

    /** The directory that is used where none is named: {@code .channels} in the default directory of segments. */
    static final Path DEFAULT = DEFAULT_PARENT.resolve(".channels");

    private static final int MODE = 0700;
    private static final int WRITABLE_BY_ALL = 02;
    private static final String OTHER_PLACE = " Use a directory elsewhere: ipc.directory for segments and channels,"
            + " ipc.channels.directory or Channel.builder().directory(...) for channels alone.";

    private TrustedDirectory() {}

    /**
     * Opens a directory. Makes it for this user alone if it is missing, and its parent as well if it is the default one.
     *
     * @throws PermissionException if another user could interfere
     */
    static Directory open(Path path) {
        if (path.equals(DEFAULT)) {
            Directory.open(DEFAULT_PARENT, MODE).close();
        }
        checkParent(path);
        Directory directory = Directory.open(path, MODE);
        try {
            check(directory);
            return directory;
        } catch (Throwable e) {
            Closing.undo(e, directory);
            throw e;
        }
    }

    private static void check(Directory directory) {
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = directory.status(frame);
            if (status.owner() != Platform.userId() || (status.mode() & 077) != 0) {
                throw new PermissionException("directory " + directory.path(), "the sockets of channels must be in a"
                        + " directory of this user (" + Integer.toUnsignedString(Platform.userId())
                        + ") that no other user"
                        + " can enter. Use another one (ipc.channels.directory), or change owner and mode (chmod 700).");
            }
        }
    }

    /** The owner of the parent, and every user who may remove files there, can replace the directory. */
    private static void checkParent(Path path) {
        Path parent = realParent(path);
        try (Directory above = parent == null ? null : Directory.openExisting(parent);
                CallFrame frame = new CallFrame()) {
            FileStatus status = above == null ? null : above.status(frame);
            if (status == null) {
                return;
            }
            if (status.owner() != Platform.userId() && status.owner() != 0) {
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
