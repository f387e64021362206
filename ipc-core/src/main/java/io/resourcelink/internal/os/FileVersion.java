package io.resourcelink.internal.os;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Which file a name stood for at one moment, and when the file was changed last.
 *
 * @param inode the file's number
 * @param modified when its content was changed; of a directory, when a name in it was made or removed. The kernel counts this time in
 * ticks of some milliseconds, so two changes may have the same
 */
public record FileVersion(long inode, Instant modified) {

    /**
     * Asks for the version of a file. One system call. A symbolic link is not followed.
     *
     * @param frame memory of the calling operation
     * @param directory where its name is
     * @param name its name
     * @return the version, or {@code null} if there is no such name
     */
    public static @Nullable FileVersion of(CallFrame frame, Directory directory, String name) {
        FileStatus status = directory.status(frame, name);
        return status == null ? null : new FileVersion(status.inode(), FileStatus.modified(frame.statx()));
    }
}
