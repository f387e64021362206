package io.resourcelink.internal.store.directory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.UnsuitableDirectoryException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.mapping.PeerMemory;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.Directory.Named;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.LeasedFileException;
import io.resourcelink.internal.os.LockTable;
import io.resourcelink.internal.os.NamingMethod;
import io.resourcelink.internal.os.NotAFileException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.os.SharedCount;
import io.resourcelink.internal.os.Space;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.ResourceKind;

/**
 * A directory of segments of one kind: what in it is a segment, and how a new one gets its name. A file counts as one if
 * it is a regular file with one name, belongs to this user, to root or to somebody named as trusted, cannot be
 * written by others, and has a valid header; anything else is left alone.
 *
 * <p>Thread-safe but for {@link #close()}.
 */
public final class SegmentDirectory implements AutoCloseable {

    /** Where files wait for their names on systems that cannot name an unnamed one. */
    static final String STAGE = ".stage";

    private static final NamingMethod[] NAMINGS = NamingMethod.values();

    private final Directory directory;
    private final ResourceKind kind;
    private final SegmentClock clock;
    private final Trust trust;
    private final boolean common;

    /**
     * How many ways of naming the kernel refuses, as the self-test found out. When all are, files are staged under a name
     * from the start.
     */
    private volatile int refusedNamings;

    /** The stage, open from its first use for a recycled file on; those before were removed. Guarded by the monitor. */
    private final Deque<Directory> stages = new ArrayDeque<>();

    private volatile boolean closed;

    private SegmentDirectory(Directory directory, ResourceKind kind, SegmentClock clock, Trust trust,
            boolean common, int refusedNamings) {
        this.directory = directory;
        this.kind = kind;
        this.clock = clock;
        this.trust = trust;
        this.common = common;
        this.refusedNamings = refusedNamings;
    }

    /**
     * Opens the directory, made for its owner alone if it is missing, and proves that it can hold segments.
     *
     * @throws PermissionException if others could put files in place of ours there
     * @throws UnsuitableDirectoryException if its file system or the kernel cannot do what segments need
     */
    public static SegmentDirectory open(Path path, ResourceKind kind, SegmentClock clock, Trust trust) {
        return open(path, kind, clock, trust, DirectoryHost.COMMON);
    }

    /**
     * The same.
     *
     * @param common where processes that take no locks find every segment
     */
    public static SegmentDirectory open(Path path, ResourceKind kind, SegmentClock clock, Trust trust, Path common) {
        Directory directory = Directory.open(path, trust.directoryMode());
        try (CallFrame frame = new CallFrame()) {
            checked(frame, directory, trust);
            SelfTest test = SelfTest.run(path, kind, new SelfTest.Probe(frame, directory));
            test.refuseUnsuitable();
            return new SegmentDirectory(directory, kind, clock, trust, isSame(path, common),
                    test.refusedNamings());
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    private static boolean isSame(Path directory, Path common) {
        try {
            return Files.isSameFile(directory, common);
        } catch (IOException _) {
            return !Files.notExists(common);
        }
    }

    /** The header of a segment that begins now. */
    SegmentHeader begin(SegmentSpec spec) {
        return SegmentHeader.begin(kind, spec, clock, common);
    }

    /** Whether this is the directory where processes that take no locks find every segment. */
    public boolean isCommon() {
        return common;
    }

    /**
     * Counts references for processes that take no locks, where there can be any. One system call there, none elsewhere. If a
     * peer has truncated the file, nothing is counted: the count decides nothing, and a release must always work.
     */
    void count(CallFrame frame, SegmentFile file, int references) {
        if (common) {
            SharedCount.add(frame, file.mapping().memory().asSlice(SegmentHeader.REFCOUNT_OFFSET, Integer.BYTES),
                    references);
        }
    }

    /** A directory is as good as those who can replace files in it. */
    static Directory checked(CallFrame frame, Directory directory, Trust trust) {
        FileStatus status = directory.status(frame);
        if (!trust.trusts(status)) {
            throw new PermissionException("directory " + directory.path(), "it belongs to user "
                    + Integer.toUnsignedString(status.owner())
                    + ", who is not trusted. Use another one (ipc.directory or"
                    + " Builder.directory(...)), of this user (" + Integer.toUnsignedString(Platform.userId())
                    + ") or of root, or trust its owner.");
        }
        if (!trust.allowsDirectory(status)) {
            throw new PermissionException("directory " + directory.path(), "other users may remove files there. Take"
                    + " write access from them (chmod go-w), set the sticky bit (chmod +t), or use another one"
                    + " (ipc.directory or Builder.directory(...)).");
        }
        return directory;
    }

    /**
     * Makes sure that the directory still has a name: one that was removed answers as if it were empty for ever.
     *
     * @throws OsException if it was removed
     */
    void ensureAlive(CallFrame frame) {
        if (isRemoved(frame)) {
            throw new OsException("openat", Errno.ENOENT, "ENOENT", path().toString(), "the directory was removed while"
                    + " it was in use. Its next use opens it again. For a user who logs in, RemoveIPC=yes in"
                    + " /etc/systemd/logind.conf removes what is in /dev/shm with the last session.");
        }
    }

    boolean isRemoved(CallFrame frame) {
        return directory.status(frame).links() == 0;
    }

    Path path() {
        return directory.path();
    }

    public ResourceKind kind() {
        return kind;
    }

    SegmentClock clock() {
        return clock;
    }

    Space space(CallFrame frame) {
        ensureAlive(frame);
        return directory.space(frame);
    }

    List<String> keys(CallFrame frame) {
        ensureAlive(frame);
        return directory.names(frame);
    }

    /** Looks at a segment without disturbing anybody: open for reading, ask for locks, read 64 bytes, close. */
    @Nullable
    Sighting look(CallFrame frame, String key) throws UnusableException {
        return look(frame, key, null);
    }

    /** The same, with the kernel's list of locks if more than one segment is looked at. */
    @Nullable
    Sighting look(CallFrame frame, String key, @Nullable LockTable locks) throws UnusableException {
        try (OpenFile file = open(frame, key, Access.LOOK)) {
            if (file == null) {
                return null;
            }
            FileStatus status = checkedStatus(frame, file);
            long refcount = ReferenceLocks.countOthers(frame, file, ReferenceLocks.NOTHING, locks);
            return new Sighting(status, header(frame, file, status.size()), refcount);
        }
    }

    @Nullable
    public OpenFile open(CallFrame frame, String key, Access access) throws UnusableException {
        Backoff backoff = new Backoff();
        do {
            try {
                return directory.open(frame, key, access);
            } catch (NotAFileException e) {
                throw UnusableException.invalid(e.found(), "a regular file");
            } catch (PermissionException _) {
                throw UnusableException.foreign("a file that this process may not open", "one that it may");
            } catch (LeasedFileException _) {
                // A collector is between its last question and the unlinking.
            }
        } while (backoff.pause());
        throw new UnusableException(Cause.BUSY, "somebody keeps others from opening it", "a file that can be opened");
    }

    /** Answers the state of an open file that may be a segment. One whose name is gone has no links left. */
    FileStatus checkedStatus(CallFrame frame, OpenFile file) throws UnusableException {
        return checked(file.status(frame));
    }

    /** The same for a file that need not be open. */
    FileStatus checked(FileStatus status) throws UnusableException {
        if (!status.isRegular()) {
            throw UnusableException.invalid("something that is no regular file", "a regular file");
        }
        if (!trust.trusts(status)) {
            throw UnusableException.foreign("a file of user " + Integer.toUnsignedString(status.owner()),
                    "one of a trusted user");
        }
        if (!trust.allowsSegment(status)) {
            throw UnusableException.foreign("a file that other users may write to", "one that only its owner may");
        }
        if (status.links() > 1) {
            throw UnusableException.invalid("a file with " + status.links() + " names", "one with a single name");
        }
        if (status.size() < SegmentHeader.SIZE) {
            throw UnusableException.invalid("a file of " + status.size() + " bytes", "at least " + SegmentHeader.SIZE);
        }
        return status;
    }

    /**
     * Answers the state of a file that a peer says is, or was, the segment of a key. Either the key stands for it, or it has
     * no name left; otherwise it is something else, or of another directory.
     */
    FileStatus checkedReceived(CallFrame frame, String key, OpenFile received) throws UnusableException {
        FileStatus status = checkedStatus(frame, received);
        if (isNamed(frame, key, status)) {
            return status;
        }
        if (status.device() != directory.status(frame).device()) {
            throw UnusableException.invalid("a received file of another file system", "one of " + path());
        }
        // Asked again, as the name may have been removed since it was asked for the first time. It never comes back.
        FileStatus nameless = checkedStatus(frame, received);
        if (nameless.links() != 0) {
            throw UnusableException.invalid("a received file that is not this one", "the one of this name in " + path()
                    + ", or one whose name was removed");
        }
        return nameless;
    }

    /**
     * Opens a file once more: by the key if it stands for it, otherwise by way of {@code /proc}. By the key first, because
     * watchers are told of the name by which a file was opened, and because {@code /proc} may be missing.
     */
    OpenFile openAgain(CallFrame frame, String key, OpenFile file, FileStatus status) throws UnusableException {
        OpenFile again = isNamed(frame, key, status) ? openSame(frame, key, status) : null;
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
        OpenFile opened = open(frame, key, Access.USE);
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

    /** Copies the header by a read, so that no truncation can fault, and checks the copy. */
    public SegmentHeader header(CallFrame frame, OpenFile file, long size) throws UnusableException {
        MemorySegment copy = frame.buffer();
        long read = file.read(frame, copy, 0);
        if (read < SegmentHeader.SIZE) {
            throw UnusableException.invalid("a file of " + read + " bytes", "at least " + SegmentHeader.SIZE);
        }
        return SegmentHeader.decode(copy, size, kind);
    }

    /** The same of a file that is mapped, without a system call. */
    public SegmentHeader header(CallFrame frame, SegmentFile file) throws UnusableException {
        MemorySegment copy = frame.buffer();
        try {
            PeerMemory.copy(file.mapping().memory().asSlice(0, SegmentHeader.SIZE), copy);
        } catch (InternalError e) {
            throw UnusableException.invalid("a file of less than " + SegmentHeader.SIZE + " bytes",
                    file.status().size() + " bytes");
        }
        return SegmentHeader.decode(copy, file.status().size(), kind);
    }

    @Nullable
    FileStatus status(CallFrame frame, String key) {
        return directory.status(frame, key);
    }

    /** Whether a key stands for an open file at this moment. */
    public boolean isNamed(CallFrame frame, String key, FileStatus file) {
        FileStatus named = directory.status(frame, key);
        return named != null && named.isSameFileAs(file);
    }

    /**
     * Removes a name.
     *
     * @throws PermissionException if another user must do it, who is named
     */
    public boolean unlink(CallFrame frame, String key) {
        try {
            return directory.unlink(frame, key);
        } catch (PermissionException e) {
            FileStatus file = directory.status(frame, key);
            if (file == null || file.owner() == Platform.userId()) {
                throw e;
            }
            throw new PermissionException("segment \"" + key + "\"", "it belongs to " + owner(key, file)
                    + ", and in a directory with the sticky bit only that user, the directory's owner and root may remove"
                    + " it. Let one of them sweep (\"ipc gc\"), or take the bit off (chmod -t).");
        }
    }

    /** The owner by number, and by name if there is one. */
    private String owner(String key, FileStatus file) {
        String number = Integer.toUnsignedString(file.owner());
        try {
            String name = Files.getOwner(path().resolve(key), LinkOption.NOFOLLOW_LINKS).getName();
            return "user " + number + (name.equals(number) ? "" : " (" + name + ")");
        } catch (IOException _) {
            return "user " + number;
        }
    }

    /** Makes a file that nobody can find yet, or answers {@code null} if there is no room for one. */
    @Nullable
    NewFile newFile(CallFrame frame, String key) {
        if (refusedNamings < NAMINGS.length) {
            return newFile(directory.createUnnamed(frame, key, trust.segmentMode()), null);
        }
        String staged = stagingName();
        try (Directory stage = openStage(frame)) {
            return newFile(stage.createNamed(frame, staged, trust.segmentMode()), staged);
        }
    }

    private static @Nullable NewFile newFile(@Nullable OpenFile file, @Nullable String stagedAs) {
        try {
            return file == null ? null : new NewFile(file, stagedAs);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    /**
     * Gives a new file its key, if nothing has it. {@link Named#REFUSED}: this file cannot get a name, because the kernel
     * allows no way for unnamed ones (the next will be staged), because it refused this once, or because a collector took it off the stage before it
     * was locked; a fresh file can.
     */
    Named name(CallFrame frame, NewFile created, String key) {
        if (created.stagedAs() != null) {
            String staged = created.stagedAs();
            return move(frame, stage -> directory.moveHere(frame, stage, staged, key));
        }
        for (int way = refusedNamings; way < NAMINGS.length; way++) {
            Named named = NAMINGS[way].name(frame, created.file(), directory, key);
            if (named != Named.REFUSED) {
                return named;
            }
            ensureAlive(frame);
            if (!NAMINGS[way].isAllowed(frame, created.file(), directory)) {
                refusedNamings = way + 1;
            }
        }
        return Named.REFUSED;
    }

    /** Makes every new file wait on the stage, as on a system that can do nothing else. */
    public void stageAlways() {
        refusedNamings = NAMINGS.length;
    }

    /** Gives up a file that did not become a segment. */
    void discard(CallFrame frame, NewFile created) {
        try (OpenFile _ = created.file()) {
            if (created.stagedAs() != null) {
                try (Directory stage = openStage(frame)) {
                    stage.unlink(frame, created.stagedAs());
                }
            }
        }
    }

    /**
     * Takes a segment's name away and keeps its file on the stage. Answers under which name, or {@code null} if the key
     * stands for nothing.
     */
    @Nullable
    String moveToStage(CallFrame frame, String key) {
        String staged = stagingName();
        return move(frame, stage -> stage.moveHere(frame, directory, key, staged)) == Named.DONE ? staged : null;
    }

    /** Moves a file to the stage or from it. If somebody has removed the stage that was open, once more with another. */
    private Named move(CallFrame frame, Function<Directory, Named> move) {
        Directory stage = keptStage(frame);
        Named moved = move.apply(stage);
        return moved == Named.REFUSED && stage.status(frame).links() == 0 ? move.apply(anotherStage(frame)) : moved;
    }

    /** Removes a file from the stage, if it is there. */
    void removeStaged(CallFrame frame, String staged) {
        keptStage(frame).unlink(frame, staged);
    }

    private static String stagingName() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** The stage, opened once. Somebody may have removed it since, with all that was there. */
    private synchronized Directory keptStage(CallFrame frame) {
        Directory kept = stages.peek();
        return kept == null ? anotherStage(frame) : kept;
    }

    /** Another one, unless another thread has opened it already. */
    private synchronized Directory anotherStage(CallFrame frame) {
        Directory kept = stages.peek();
        if (kept != null && kept.status(frame).links() != 0) {
            return kept;
        }
        Directory opened = openStage(frame);
        stages.push(opened);
        return opened;
    }

    /** The stage, if there ever was one. */
    @Nullable
    Directory stage(CallFrame frame) {
        return directory.status(frame, STAGE) == null ? null : openStage(frame);
    }

    private Directory openStage(CallFrame frame) {
        Directory stage = directory.openChild(frame, STAGE, trust.directoryMode());
        try {
            return checked(frame, stage, trust);
        } catch (RuntimeException | Error e) {
            stage.close();
            throw e;
        }
    }

    /** Whether this is closed, which drafts may outlive. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        try (directory) {
            stages.forEach(Directory::close);
        }
    }
}
