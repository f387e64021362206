package io.resourcelink.internal.store.directory;

import org.jspecify.annotations.Nullable;

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

    /**
     * Returns the status of a file that a peer says is, or was, the segment of a key. Either the key is the file's name, or
     * the file has no name left. Otherwise the file is something else, or it belongs to another directory.
     */
    FileStatus checked(CallFrame frame, String key, OpenFile received) throws UnusableException {
        FileStatus status = directory.checkedStatus(frame, received);
        if (directory.isNamed(frame, key, status)) {
            return status;
        }
        if (status.device() != directory.device(frame)) {
            throw UnusableException.invalid("a received file of another file system", "one of " + directory.path());
        }
        // Checked again, as the name may have been removed since the first check. A removed name never comes back.
        FileStatus nameless = directory.checkedStatus(frame, received);
        if (nameless.links() != 0) {
            throw UnusableException.invalid("a received file that is not this one",
                    "the one of this name in " + directory.path()
                            + ", or one whose name was removed");
        }
        return nameless;
    }

    /**
     * Opens a file once more: by the key if it is the file's name, otherwise through {@code /proc}. The key comes first,
     * because the kernel tells watchers the name by which a file was opened, and because {@code /proc} may be missing.
     */
    OpenFile openAgain(CallFrame frame, String key, OpenFile file, FileStatus status) throws UnusableException {
        OpenFile again = directory.isNamed(frame, key, status) ? openSame(frame, key, status) : null;
        if (again == null) {
            again = file.reopen(frame);
        }
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
