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
import io.resourcelink.segment.SpaceId;

/**
 * A directory of segments of one kind. It decides which files are segments, and gives new ones their names. A file counts as
 * a segment if it is a regular file with one name, belongs to this user, to root or to a trusted user, cannot be written by
 * others, and has a valid header. Other files are left alone.
 *
 * <p>Thread-safe except for {@link #close()}.
 */
public final class SegmentDirectory implements AutoCloseable {

    private static final NamingMethod[] NAMINGS = NamingMethod.values();

    private final Directory directory;
    private final ResourceKind kind;
    private final SegmentClock clock;
    private final Trust trust;
    private final boolean common;
    private final long fingerprint;

    /**
     * How many ways of naming the kernel refuses, as the self-test found out. If it refuses all, files are staged under a
     * name from the start.
     */
    private volatile int refusedNamings;

    /** Recycled files wait here for their next use. New files wait here for their names if unnamed files cannot be named. */
    private final Stage stage;

    /** Known when it was first asked for. It cannot change while the directory is open. */
    private volatile @Nullable SpaceId spaceId;

    private volatile boolean closed;

    private SegmentDirectory(Directory directory, ResourceKind kind, SegmentClock clock, Trust trust,
            boolean common, long fingerprint, int refusedNamings) {
        this.directory = directory;
        this.kind = kind;
        this.clock = clock;
        this.trust = trust;
        this.common = common;
        this.fingerprint = fingerprint;
        this.refusedNamings = refusedNamings;
        this.stage = new Stage(directory, kind, trust);
    }

    /**
     * Opens the directory, and proves that it can hold segments. If it is missing, makes it for its owner alone.
     *
     * @throws PermissionException if others could put files in place of ours there
     * @throws UnsuitableDirectoryException if its file system or the kernel cannot do what segments need
     */
    public static SegmentDirectory open(Path path, ResourceKind kind, SegmentClock clock, Trust trust, Path common) {
        Directory directory = trust.open(path);
        try (CallFrame frame = new CallFrame()) {
            trust.checked(frame, directory, kind);
            SelfTest test = SelfTest.run(path, kind, new SelfTest.Probe(frame, directory));
            test.refuseUnsuitable();
            return new SegmentDirectory(directory, kind, clock, trust, isSame(path, common),
                    directory.status(frame).fingerprint(), test.refusedNamings());
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

    /** Returns the header of a segment that is created now. */
    SegmentHeader begin(SegmentSpec spec) {
        return SegmentHeader.begin(kind, spec, clock, common);
    }

    /** Returns whether this is the directory where processes that take no locks find every segment. */
    public boolean isCommon() {
        return common;
    }

    /**
     * Counts references for processes that take no locks, where there can be any; elsewhere does nothing, with no system
     * call. If a peer has truncated the file, nothing is counted: the count decides nothing, and a release must always work.
     */
    void count(CallFrame frame, SegmentFile file, int references) {
        if (common) {
            SharedCount.add(frame, file.mapping().memory().asSlice(SegmentHeader.REFCOUNT_OFFSET, Integer.BYTES),
                    references);
        }
    }

    /**
     * Makes sure that the directory still has a name. A removed directory would look empty for ever.
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

    /** {@return its fingerprint, also after it was removed} Makes no system call. */
    long fingerprint() {
        return fingerprint;
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

    /** Returns what identifies this directory among those of all hosts. */
    SpaceId spaceId(CallFrame frame, @Nullable String hostId) {
        SpaceId known = spaceId;
        if (known == null) {
            known = new SpaceDigest(clock, hostId).of(frame, directory);
            spaceId = known;
        }
        return known;
    }

    /** Returns the room for a new segment if that many bytes were freed. */
    Limit room(CallFrame frame, long givenUp) {
        return Room.ofThisProcess().of(space(frame), path().toString(), givenUp);
    }

    List<String> keys(CallFrame frame) {
        ensureAlive(frame);
        return directory.names(frame);
    }

    /** Looks at a segment without disturbing other processes: opens for reading, queries locks, reads 64 bytes, closes. */
    @Nullable
    Sighting look(CallFrame frame, String key) throws UnusableException {
        return look(frame, key, null);
    }

    /** The same, with the kernel's list of locks if the caller looks at more than one segment. */
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
                // A collector is between its last check and the unlinking.
            }
        } while (backoff.pause());
        throw new UnusableException(Cause.BUSY, "somebody keeps others from opening it", "a file that can be opened");
    }

    /** Returns the status of an open file that may be a segment. A file whose name is gone has no links left. */
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

    /** Copies the header and checks the copy. Reads the file, so that a truncation cannot cause a memory fault. */
    public SegmentHeader header(CallFrame frame, OpenFile file, long size) throws UnusableException {
        MemorySegment copy = frame.buffer();
        long read = file.read(frame, copy, 0);
        if (read < SegmentHeader.SIZE) {
            throw UnusableException.invalid("a file of " + read + " bytes", "at least " + SegmentHeader.SIZE);
        }
        return SegmentHeader.decode(copy, size, kind);
    }

    /** The same for a mapped file, with no system call. */
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

    /** Returns whether a key is the name of an open file at this moment. */
    public boolean isNamed(CallFrame frame, String key, FileStatus file) {
        FileStatus named = directory.status(frame, key);
        return named != null && named.isSameFileAs(file);
    }

    /**
     * Removes a name.
     *
     * @throws PermissionException if another user must do it; the message names that user
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

    /** Returns the owner's number, and the name if there is one. */
    private String owner(String key, FileStatus file) {
        String number = Integer.toUnsignedString(file.owner());
        try {
            String name = Files.getOwner(path().resolve(key), LinkOption.NOFOLLOW_LINKS).getName();
            return "user " + number + (name.equals(number) ? "" : " (" + name + ")");
        } catch (IOException _) {
            return "user " + number;
        }
    }

    /** Makes a file that no other process can find yet. Returns {@code null} if there is no room for one. */
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
     * Gives a new file its key, if no file has the key. {@link Named#REFUSED} means that this file cannot get a name, but a
     * fresh file can. There are three reasons: the kernel allows no way for unnamed files (the next will be staged), it
     * refused this once, or a collector took the file off the stage before it was locked.
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

    /** Makes every new file wait on the stage, as on a system that allows no other way. */
    public void stageAlways() {
        refusedNamings = NAMINGS.length;
    }

    /** Discards a file that did not become a segment. */
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

    /** Returns whether this is closed. Drafts may outlive it. */
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
