package io.resourcelink.internal.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OsException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.Directory.Named;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.LeasedFileException;
import io.resourcelink.internal.os.NamingMethod;
import io.resourcelink.internal.os.NotAFileException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Subdirectory;
import io.resourcelink.internal.work.Closing;

/*
 * What a crash leaves, step by step:
 *
 *   the directory is made                  an empty directory, which the next sweep removes
 *   the file is made, locked and written   nothing: it has no name
 *   the file is named                      an entry whose byte nobody has locked, which the next sweep removes
 *
 * Only the process that makes an entry ever locks its byte, before the entry has a name. So an entry without the lock is dead for
 * good. All that makes or removes names in such a directory happens under the exclusive lock of the directory of channels, but for
 * one thing: a process removes its own entry without it, because it must not wait then. Nobody makes the same name again.
 */

/**
 * The entries of destinations that several processes serve: a directory {@code @destination} in the directory of channels, with one
 * file for each consumer or subscriber. What any process may have put there is checked: another file is left alone.
 *
 * @param trust whose entries are believed, and who may read those of this process
 */
record Entries(Trust trust) {

    private static final Pattern NAME = Pattern.compile("[0-9a-f]{16}");

    /**
     * An entry, as of one look.
     *
     * @param entry what it says
     * @param alive whether the process that made it still serves
     * @param inode the number of its file
     * @param owner the user who owns the file
     */
    record Found(Entry entry, boolean alive, long inode, int owner) {}

    static String name(long nonce) {
        return HexFormat.of().toHexDigits(nonce);
    }

    /**
     * Makes an entry. Called under the exclusive lock.
     *
     * @param root the directory of channels
     * @param destination the name of the destination's directory, which is made if it is missing
     * @param made takes the file over, which has its byte locked as long as it is open. If it throws, the entry is dead
     */
    void make(Directory root, String destination, Entry entry, Consumer<OpenFile> made) {
        try (CallFrame frame = new CallFrame();
                Directory directory = root.openChild(frame, destination, trust.directoryMode())) {
            OpenFile file = directory.createUnnamed(frame, destination, trust.segmentMode());
            if (file == null) {
                throw new OutOfSpaceException(destination, Entry.SIZE, 0, SpaceLimit.INODES, root.path().toString());
            }
            try {
                complete(frame, directory, file, entry);
                made.accept(file);
            } catch (Throwable e) {
                Closing.undo(e, file);
                throw e;
            }
        }
    }

    private void complete(CallFrame frame, Directory directory, OpenFile file, Entry entry) {
        String name = name(entry.nonce());
        if (!file.tryLock(frame, Entry.LOCK, 1)) {
            throw new OsException("fcntl", Errno.EAGAIN, "EAGAIN", name, "another process has locked a file that was"
                    + " just made, and has no name yet.");
        }
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment content = memory.allocate(Entry.SIZE);
            entry.encode(content);
            file.write(frame, content, 0);
        }
        Named named = NamingMethod.BY_PROC.name(frame, file, directory, name);
        if (named == Named.REFUSED) {
            named = NamingMethod.BY_DESCRIPTOR.name(frame, file, directory, name);
        }
        if (named == Named.TAKEN) {
            throw new OsException("linkat", Errno.EEXIST, "EEXIST", name, "another process has made an entry of this"
                    + " random name.");
        }
        if (named != Named.DONE) {
            throw new OsException("linkat", Errno.EPERM, "EPERM", name, "a file without a name could not be named. That"
                    + " needs /proc, or Linux 6.10.");
        }
    }

    /** {@return whether several processes serve a destination, or have} */
    boolean isThere(Directory root, String destination) {
        try (CallFrame frame = new CallFrame(); Directory directory = Subdirectory.open(frame, root, destination)) {
            return directory != null;
        }
    }

    /** {@return the entries of a destination, in no order; those that were not understood are left out} */
    List<Found> list(Directory root, String destination) {
        List<Found> found = new ArrayList<>();
        try (CallFrame frame = new CallFrame(); Directory directory = Subdirectory.open(frame, root, destination)) {
            if (directory == null || !trust.trusts(directory.status(frame))) {
                return found;
            }
            for (String name : directory.names(frame)) {
                Found entry = trusted(directory, name);
                if (entry != null) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    private @Nullable Found trusted(Directory directory, String name) {
        Found found = read(directory, name);
        return found == null || !trust.trusts(found.owner()) ? null : found;
    }

    /** Reads an entry. Returns {@code null} if there is none of this name, or a file that is no entry. */
    static @Nullable Found read(Directory directory, String name) {
        if (!NAME.matcher(name).matches()) {
            return null;
        }
        try (CallFrame frame = new CallFrame(); OpenFile file = directory.open(frame, name, Access.LOOK)) {
            FileStatus status = file == null ? null : file.status(frame);
            if (file == null || status == null || !status.isRegular() || status.size() != Entry.SIZE) {
                return null;
            }
            Entry entry = read(frame, file);
            return entry == null || !name(entry.nonce()).equals(name)
                    ? null
                    : new Found(entry, file.findLock(frame, Entry.LOCK, 1) != null, status.inode(),
                            status.owner());
        } catch (NotAFileException | LeasedFileException | PermissionException _) {
            return null;
        }
    }

    private static @Nullable Entry read(CallFrame frame, OpenFile file) {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment content = memory.allocate(Entry.SIZE);
            return file.read(frame, content, 0) == Entry.SIZE ? Entry.decode(content) : null;
        }
    }

    /**
     * Removes an entry of this process, if it is still the one that the process has made. Takes no lock.
     *
     * @param inode the number of its file
     */
    void remove(Directory root, String destination, long nonce, long inode) {
        try (CallFrame frame = new CallFrame(); Directory directory = Subdirectory.open(frame, root, destination)) {
            if (directory != null) {
                Found found = trusted(directory, name(nonce));
                if (found != null && found.inode() == inode) {
                    unlink(directory, nonce, inode);
                }
            }
        }
    }

    /** Every entry is removed here. The file was opened, and had the nonce and the inode; the name must still be that file's. */
    private static void unlink(Directory directory, long nonce, long inode) {
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = directory.status(frame, name(nonce));
            if (status != null && status.inode() == inode) {
                directory.unlink(frame, name(nonce));
            }
        }
    }

    /**
     * Removes the entries of processes that have died, and the destination's directory if nothing is left in it. Called under the
     * exclusive lock.
     *
     * @return the kind of those that are alive, {@code null} if there is none
     */
    @Nullable
    Kind sweep(Directory root, String destination) {
        Kind living = null;
        try (CallFrame frame = new CallFrame(); Directory directory = Subdirectory.open(frame, root, destination)) {
            if (directory == null || !trust.trusts(directory.status(frame))) {
                return null;
            }
            for (String name : directory.names(frame)) {
                Found found = trusted(directory, name);
                if (found != null && found.alive()) {
                    living = found.entry().kind();
                } else if (found != null) {
                    unlink(directory, found.entry().nonce(), found.inode());
                }
            }
            if (living == null) {
                Subdirectory.remove(frame, root, destination);
            }
        } catch (PermissionException _) {
            // In a sticky directory the name stays for a process of its owner.
        }
        return living;
    }
}
