package io.resourcelink.internal.store.directory;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.Reservation;

/** A locked file on the stage. It has a descriptor of the stage of its own, so that it can outlive the store. */
final class StagedReservation implements Reservation {

    private final Directory stage;
    private final String name;
    private final OpenFile file;
    private boolean closed;

    /** Takes over both. */
    StagedReservation(Directory stage, String name, OpenFile file) {
        this.stage = stage;
        this.name = name;
        this.file = file;
    }

    /**
     * Removes the name first: a process that locks the file afterwards sees that it has no name, and makes a new one. If somebody has
     * removed the name by hand, it may be another file's by now.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try (CallFrame frame = new CallFrame(); stage; file) {
                if (isNamed(frame, stage, name, file)) {
                    stage.unlink(frame, name);
                }
            }
        }
    }

    /** Call it with the file locked. No other process removes the name of a locked file, so a yes stays true while it is locked. */
    static boolean isNamed(CallFrame frame, Directory stage, String name, OpenFile file) {
        FileStatus named = stage.status(frame, name);
        return named != null && named.isSameFileAs(file.status(frame));
    }
}
