package io.resourcelink.internal.store.directory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;

/** Checks whether files from other processes belong to this directory, and opens own descriptions of them. */
final class ReceivedFiles {

    private final SegmentDirectory directory;

    ReceivedFiles(SegmentDirectory directory) {
        this.directory = directory;
    }

    /** Returns the status of a received file that may be a segment of at most the given size. */
    FileStatus checked(CallFrame frame, OpenFile received, long most) throws UnusableException {
        FileStatus status = directory.checkedStatus(frame, received);
        if (status.size() > most) {
            throw UnusableException.invalid("a received file of " + status.size() + " bytes",
                    "at most the " + most + " bytes that its sender named");
        }
        return status;
    }

    /**
     * Returns whether a key is the name of a file that a peer says is, or was, the segment of this key. Otherwise the file
     * must have no name left, or it is something else, or it belongs to another directory.
     *
     * @param file any description of the file
     * @param status its status, which may be older
     */
    boolean isNamed(CallFrame frame, String key, OpenFile file, FileStatus status) throws UnusableException {
        if (directory.isNamed(frame, key, status)) {
            return true;
        }
        if (status.device() != directory.device(frame)) {
            throw elsewhere(key);
        }
        // A removed name never comes back.
        if (directory.checkedStatus(frame, file).links() != 0) {
            throw elsewhere(key);
        }
        return false;
    }

    private DifferentDirectoryException elsewhere(String key) {
        return DifferentDirectoryException.notFound(key, directory.path().toString(), Trust.setting(directory.kind()));
    }

    /**
     * Opens a received file once more: by the key if it is the file's name, otherwise through {@code /proc}. The key comes
     * first, because the kernel tells watchers the name by which a file was opened, and because {@code /proc} may be missing.
     */
    OpenFile openAgain(CallFrame frame, String key, OpenFile file, FileStatus status) throws UnusableException {
        OpenFile again = isNamed(frame, key, file, status) ? openSame(frame, key, status) : null;
        return again == null ? reopen(frame, file) : again;
    }

    /**
     * Opens a file that this process holds once more, in the same way. The key was its name when this process opened it, and
     * nearly always still is, so nothing is asked before.
     */
    OpenFile openHeld(CallFrame frame, String key, OpenFile file, FileStatus status) throws UnusableException {
        OpenFile again;
        try {
            again = openSame(frame, key, status);
        } catch (UnusableException _) {
            // Something else has the name now.
            again = null;
        }
        return again == null ? reopen(frame, file) : again;
    }

    private static OpenFile reopen(CallFrame frame, OpenFile file) throws UnusableException {
        OpenFile again = file.reopen(frame);
        if (again == null) {
            throw UnusableException.foreign("a file without a name, which /proc does not open",
                    "one that this process may open, and /proc mounted");
        }
        return again;
    }

    /** Opens a file by its key. Returns {@code null} if the key is not the name of the given file. */
    private @Nullable OpenFile openSame(CallFrame frame, String key, FileStatus status) throws UnusableException {
        OpenFile opened = directory.open(frame, key, Access.USE);
        boolean same = false;
        try {
            same = opened != null && opened.status(frame).isSameFileAs(status);
            return same ? opened : null;
        } finally {
            if (opened != null && !same) {
                opened.close();
            }
        }
    }
}
