package io.resourcelink.internal.store.directory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.Directory.Named;
import io.resourcelink.internal.os.LeasedFileException;
import io.resourcelink.internal.os.NotAFileException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.Reservation;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.ResourceKind;

/**
 * The subdirectory of a directory of segments that contains files without a key. They wait for a key, or to be filled again.
 * Thread-safe except for {@link #close()}.
 */
final class Stage implements AutoCloseable {

    /** Its name. Keys do not start with a dot. */
    static final String NAME = ".stage";

    private final Directory directory;
    private final ResourceKind kind;
    private final Trust trust;

    /** The first is the stage, open since it was first needed. Those after it were removed. Guarded by the monitor. */
    private final Deque<Directory> stages = new ArrayDeque<>();

    Stage(Directory directory, ResourceKind kind, Trust trust) {
        this.directory = directory;
        this.kind = kind;
        this.trust = trust;
    }

    /** {@return a name that no other file has} */
    static String newName() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** Makes a file. Returns {@code null} if there is no room for one. */
    @Nullable
    OpenFile create(CallFrame frame, String staged) {
        try (Directory stage = open(frame)) {
            return stage.createNamed(frame, staged, trust.segmentMode());
        }
    }

    /** Removes a file that did not become a segment. */
    void discard(CallFrame frame, String staged) {
        try (Directory stage = open(frame)) {
            stage.unlink(frame, staged);
        }
    }

    /**
     * Locks a file that stands for the right to make something. A file that no process has locked goes with the next sweep.
     * Returns {@code null} if another thread has locked it, or is just removing it.
     */
    @Nullable
    Reservation tryReserve(CallFrame frame, String name) {
        Directory stage = open(frame);
        StagedReservation reserved = null;
        try {
            OpenFile file = lockFile(frame, stage, name);
            reserved = file == null ? null : new StagedReservation(stage, name, file);
            return reserved;
        } finally {
            if (reserved == null) {
                stage.close();
            }
        }
    }

    private @Nullable OpenFile lockFile(CallFrame frame, Directory stage, String name) {
        OpenFile file = openOrCreate(frame, stage, name);
        boolean locked = false;
        try {
            locked = file != null && ReferenceLocks.tryMaintainAndExclude(frame, file)
                    && StagedReservation.isNamed(frame, stage, name, file);
            return locked ? file : null;
        } finally {
            if (!locked && file != null) {
                file.close();
            }
        }
    }

    private @Nullable OpenFile openOrCreate(CallFrame frame, Directory stage, String name) {
        try {
            OpenFile present = stage.open(frame, name, Access.USE);
            return present == null ? stage.createIfAbsent(frame, name, trust.segmentMode()) : present;
        } catch (NotAFileException | LeasedFileException | PermissionException _) {
            // Another user's process is just making it, or it is none of ours.
            return null;
        }
    }

    /** Gives a file its key, if no other file has it. */
    Named give(CallFrame frame, String staged, String key) {
        return move(frame, stage -> directory.moveHere(frame, stage, staged, key));
    }

    /** Moves a segment's file here, away from its key. Returns its name here, or {@code null} if no file has the key. */
    @Nullable
    String take(CallFrame frame, String key) {
        String staged = newName();
        return move(frame, stage -> stage.moveHere(frame, directory, key, staged)) == Named.DONE ? staged : null;
    }

    /** Moves a file. If another process has removed the open stage, opens another and tries once more. */
    private Named move(CallFrame frame, Function<Directory, Named> move) {
        Directory stage = kept(frame);
        Named moved = move.apply(stage);
        return moved == Named.REFUSED && stage.status(frame).links() == 0 ? move.apply(another(frame)) : moved;
    }

    /** Removes a file, if it is here. */
    void remove(CallFrame frame, String staged) {
        kept(frame).unlink(frame, staged);
    }

    /** Returns the open stage. Another process may have removed it since it was opened, with all its files. */
    private synchronized Directory kept(CallFrame frame) {
        Directory kept = stages.peek();
        return kept == null ? another(frame) : kept;
    }

    /** Opens the stage again, unless another thread has already done so. */
    private synchronized Directory another(CallFrame frame) {
        Directory kept = stages.peek();
        if (kept != null && kept.status(frame).links() != 0) {
            return kept;
        }
        Directory opened = open(frame);
        stages.push(opened);
        return opened;
    }

    private @Nullable Directory ifPresent(CallFrame frame) {
        return directory.status(frame, NAME) == null ? null : open(frame);
    }

    private Directory open(CallFrame frame) {
        Directory stage = directory.openChild(frame, NAME, trust.directoryMode());
        try {
            return trust.checked(frame, stage, kind);
        } catch (Throwable e) {
            Closing.undo(e, stage);
            throw e;
        }
    }

    /**
     * Removes files from the stage that no process has locked, and reports them. Returns whether there are others. If this
     * removes a creator's file before the creator locks it, the creator starts again.
     */
    boolean clear(CallFrame frame, ResourceKind kind, List<Collected> collected) {
        try (Directory stage = ifPresent(frame)) {
            if (stage == null) {
                return false;
            }
            boolean others = false;
            for (String name : stage.names(frame)) {
                long bytes = clearStaged(frame, stage, name);
                if (bytes >= 0) {
                    collected.add(new Collected(NAME + "/" + name, kind,
                            Reason.UNFINISHED, bytes));
                } else {
                    others = true;
                }
            }
            return others;
        }
    }

    /** Counts what lies here, and removes nothing. Returns {@code null} if this cannot be found out. */
    Diagnosis.@Nullable Staged content(CallFrame frame) {
        int files = 0;
        long bytes = 0;
        long unheld = 0;
        try (Directory stage = ifPresent(frame)) {
            if (stage == null) {
                return new Diagnosis.Staged(0, 0, 0);
            }
            for (String name : stage.names(frame)) {
                try (OpenFile file = stage.open(frame, name, Access.LOOK)) {
                    if (file == null || !file.status(frame).isRegular()) {
                        continue;
                    }
                    long size = file.status(frame).size();
                    files++;
                    bytes += size;
                    unheld += ReferenceLocks.isHeldByOthers(frame, file) ? 0 : size;
                }
            }
            return new Diagnosis.Staged(files, bytes, unheld);
        } catch (NotAFileException | LeasedFileException | IpcException _) {
            return null;
        }
    }

    /** A reservation's name is used again: it may be another file's by the time that this one is locked. */
    private static long clearStaged(CallFrame frame, Directory stage, String name) {
        try {
            if (isHeld(frame, stage, name)) {
                return -1;
            }
            try (OpenFile file = stage.open(frame, name, Access.USE)) {
                if (file == null || !file.status(frame).isRegular()
                        || !ReferenceLocks.tryMaintainAndExclude(frame, file)
                        || !StagedReservation.isNamed(frame, stage, name, file)) {
                    return -1;
                }
                long bytes = file.status(frame).size();
                return stage.unlink(frame, name) ? bytes : -1;
            }
        } catch (NotAFileException | LeasedFileException | IpcException _) {
            return -1;
        }
    }

    private static boolean isHeld(CallFrame frame, Directory stage, String name)
            throws NotAFileException, LeasedFileException {
        try (OpenFile file = stage.open(frame, name, Access.LOOK)) {
            return file != null && ReferenceLocks.isHeldByOthers(frame, file);
        }
    }

    @Override
    public synchronized void close() {
        stages.forEach(Directory::close);
    }
}
