package io.resourcelink.internal.store.directory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;

/** Files that came from other processes: whether they are of this directory, and descriptions of our own of them. */
final class ReceivedFiles {

    private final SegmentDirectory directory;

    ReceivedFiles(SegmentDirectory directory) {
        this.directory = directory;
    }

    /**
     * Returns the state of a file that a peer says is, or was, the segment of a key. Either the key stands for it, or it has
     * no name left; otherwise it is something else, or of another directory.
     */
    FileStatus checked(CallFrame frame, String key, OpenFile received) throws UnusableException {
        FileStatus status = directory.checkedStatus(frame, received);
        if (directory.isNamed(frame, key, status)) {
            return status;
        }
        if (status.device() != directory.device(frame)) {
            throw UnusableException.invalid("a received file of another file system", "one of " + directory.path());
        }
        // Asked again, as the name may have been removed since it was asked for the first time. It never comes back.
        FileStatus nameless = directory.checkedStatus(frame, received);
        if (nameless.links() != 0) {
            throw UnusableException.invalid("a received file that is not this one",
                    "the one of this name in " + directory.path()
                            + ", or one whose name was removed");
        }
        return nameless;
    }

    /**
     * Opens a file once more: by the key if it stands for it, otherwise by way of {@code /proc}. By the key first, because
     * watchers are told of the name by which a file was opened, and because {@code /proc} may be missing.
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

    /** Opens what a key stands for, if that is a certain file. */
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
