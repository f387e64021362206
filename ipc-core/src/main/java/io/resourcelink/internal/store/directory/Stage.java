package io.resourcelink.internal.store.directory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.Directory.Named;
import io.resourcelink.internal.os.LeasedFileException;
import io.resourcelink.internal.os.NotAFileException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.ResourceKind;

/**
 * The directory below a directory of segments where files are that have no key: they wait for one, or to be filled again.
 * Thread-safe but for {@link #close()}.
 */
final class Stage implements AutoCloseable {

    /** Its name. Keys do not start with a dot. */
    static final String NAME = ".stage";

    private final Directory directory;
    private final Trust trust;

    /** The stage, open from its first use for a recycled file on; those before were removed. Guarded by the monitor. */
    private final Deque<Directory> stages = new ArrayDeque<>();

    Stage(Directory directory, Trust trust) {
        this.directory = directory;
        this.trust = trust;
    }

    /** {@return a name that no other file has} */
    static String newName() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** Makes a file, or returns {@code null} if there is no room for one. */
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

    /** Gives a file its key, if no other file has it. */
    Named give(CallFrame frame, String staged, String key) {
        return move(frame, stage -> directory.moveHere(frame, stage, staged, key));
    }

    /** Takes a segment's name away and keeps its file here. Returns its name here, {@code null} if no file has the key. */
    @Nullable
    String take(CallFrame frame, String key) {
        String staged = newName();
        return move(frame, stage -> stage.moveHere(frame, directory, key, staged)) == Named.DONE ? staged : null;
    }

    /** Moves a file. If another process has removed the stage that was open, once more with another. */
    private Named move(CallFrame frame, Function<Directory, Named> move) {
        Directory stage = kept(frame);
        Named moved = move.apply(stage);
        return moved == Named.REFUSED && stage.status(frame).links() == 0 ? move.apply(another(frame)) : moved;
    }

    /** Removes a file, if it is here. */
    void remove(CallFrame frame, String staged) {
        kept(frame).unlink(frame, staged);
    }

    /** The stage, opened once. Another process may have removed it since, with all that was there. */
    private synchronized Directory kept(CallFrame frame) {
        Directory kept = stages.peek();
        return kept == null ? another(frame) : kept;
    }

    /** Another one, unless another thread has opened it already. */
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
            return trust.checked(frame, stage);
        } catch (Throwable e) {
            Closing.undo(e, stage);
            throw e;
        }
    }

    /**
     * Removes files from the stage that no process has locked, and reports them. Returns whether there are others. A creator
     * whose file goes before it locks it starts again.
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

    private static long clearStaged(CallFrame frame, Directory stage, String name) {
        try {
            if (isHeld(frame, stage, name)) {
                return -1;
            }
            try (OpenFile file = stage.open(frame, name, Access.USE)) {
                if (file == null || !file.status(frame).isRegular()
                        || !ReferenceLocks.tryMaintainAndExclude(frame, file)) {
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
