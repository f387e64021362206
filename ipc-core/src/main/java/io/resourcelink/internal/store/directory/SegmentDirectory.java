package io.resourcelink.internal.store.directory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

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
import io.resourcelink.internal.room.Limit;
import io.resourcelink.internal.room.Room;
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

    /** Where files wait for their names on systems that cannot name an unnamed one, and recycled ones for their next use. */
    private final Stage stage;

    private volatile boolean closed;

    private SegmentDirectory(Directory directory, ResourceKind kind, SegmentClock clock, Trust trust,
            boolean common, int refusedNamings) {
        this.directory = directory;
        this.kind = kind;
        this.clock = clock;
        this.trust = trust;
        this.common = common;
        this.refusedNamings = refusedNamings;
        this.stage = new Stage(directory, trust);
    }

    /**
     * Opens the directory, made for its owner alone if it is missing, and proves that it can hold segments.
     *
     * @throws PermissionException if others could put files in place of ours there
     * @throws UnsuitableDirectoryException if its file system or the kernel cannot do what segments need
     */
    public static SegmentDirectory open(Path path, ResourceKind kind, SegmentClock clock, Trust trust, Path common) {
        Directory directory = Directory.open(path, trust.directoryMode());
        try (CallFrame frame = new CallFrame()) {
            trust.checked(frame, directory);
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

    /** {@return the device that the directory is on} */
    long device(CallFrame frame) {
        return directory.status(frame).device();
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

    /** The room for a new segment, if so many bytes were given up. */
    Limit room(CallFrame frame, long givenUp) {
        return Room.ofThisProcess().of(space(frame), path().toString(), givenUp);
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
        String staged = Stage.newName();
        return newFile(stage.create(frame, staged), staged);
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
            return stage.give(frame, created.stagedAs(), key);
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
                stage.discard(frame, created.stagedAs());
            }
        }
    }

    /** {@return where files wait that have no key} */
    Stage stage() {
        return stage;
    }

    /** Whether this is closed, which drafts may outlive. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        try (directory) {
            stage.close();
        }
    }
}
