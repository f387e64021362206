package io.resourcelink.internal.wire;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.AddressInUseException;
import io.resourcelink.error.DestinationKindException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.DirectoryLock;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.FileVersion;
import io.resourcelink.internal.os.NameWatch;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.Subdirectory;
import io.resourcelink.internal.os.SymbolicLink;
import io.resourcelink.internal.work.Closing;

/*
 * A process that is killed leaves the name of its socket behind, and the next process that opens a channel removes it. Between
 * making the name and listening, a new socket looks just like a dead one. So names are made under a shared lock of the directory
 * and removed under an exclusive one; the kernel drops both with the process that has them. A process that does not get the
 * exclusive lock leaves the dead names to the next one.
 */

/** Where channels find each other: a directory of sockets, and this channel's socket. Thread-safe but for {@link #close}. */
final class Rendezvous implements AutoCloseable {

    /** Begins the file name of a destination. No socket is named like this. */
    static final String MARK = "@";

    private final Path path;
    private final Trust trust;
    private final String address;
    private final Entries entries;
    private Directory directory;
    private PacketSocket socket;
    private boolean stopped;

    private Rendezvous(Path path, Trust trust, Directory directory, PacketSocket socket, String address) {
        this.path = path;
        this.trust = trust;
        this.directory = directory;
        this.socket = socket;
        this.address = address;
        this.entries = new Entries(trust);
    }

    /**
     * Opens a directory, removes what dead processes have left, and listens.
     *
     * @param path the directory, {@code null} for the default one
     * @param trust the users who may share it, and its permissions if it is made
     * @throws io.resourcelink.error.PermissionException if another user could interfere
     */
    static Rendezvous open(@Nullable Path path, Trust trust) {
        Path chosen = path == null ? TrustedDirectory.DEFAULT : path;
        Directory directory = TrustedDirectory.open(chosen, trust);
        try {
            sweep(directory, new Entries(trust));
            try (OpenFile _ = lock(directory, DirectoryLock.SHARED)) {
                for (;;) {
                    String address = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
                    PacketSocket socket = listen(directory, address, trust);
                    if (socket != null) {
                        return new Rendezvous(chosen, trust, directory, socket, address);
                    }
                }
            }
        } catch (Throwable e) {
            Closing.undo(e, directory);
            throw e;
        }
    }

    /** {@return whether others find this channel's socket by its name} */
    synchronized boolean isThere() {
        try (CallFrame frame = new CallFrame()) {
            return directory.status(frame, address) != null;
        }
    }

    /**
     * Opens the directory again by its path and listens there under the same address. Never waits.
     *
     * @param listen begins to listen to the new socket
     * @return the old socket, for the caller to close; {@code null} if another process has the directory locked at this moment
     */
    synchronized @Nullable PacketSocket restore(Consumer<PacketSocket> listen) {
        Directory again = TrustedDirectory.open(path, trust);
        PacketSocket fresh;
        try {
            fresh = listenAgain(again, listen);
        } catch (Throwable e) {
            Closing.undo(e, again);
            throw e;
        }
        if (fresh == null) {
            again.close();
            return null;
        }
        PacketSocket old = socket;
        directory.close();
        directory = again;
        socket = fresh;
        return old;
    }

    private @Nullable PacketSocket listenAgain(Directory again, Consumer<PacketSocket> listen) {
        try (OpenFile lock = DirectoryLock.SHARED.tryLock(again)) {
            PacketSocket fresh = lock == null ? null : listen(again, address, trust);
            if (fresh != null) {
                try {
                    listen.accept(fresh);
                } catch (Throwable e) {
                    Closing.undo(e, () -> unlink(again, address));
                    Closing.undo(e, fresh);
                    throw e;
                }
            }
            return fresh;
        }
    }

    /** In a directory for a group, its members may connect, regardless of this process's umask and first group. */
    private static @Nullable PacketSocket listen(Directory directory, String address, Trust trust) {
        PacketSocket socket = PacketSocket.listen(directory, address);
        if (socket != null && trust.isShared()) {
            try (CallFrame frame = new CallFrame()) {
                directory.share(frame, address, trust.segmentMode());
            } catch (Throwable e) {
                Closing.undo(e, () -> unlink(directory, address));
                Closing.undo(e, socket);
                throw e;
            }
        }
        return socket;
    }

    private static void sweep(Directory directory, Entries entries) {
        try (OpenFile lock = DirectoryLock.EXCLUSIVE.tryLock(directory); CallFrame frame = new CallFrame()) {
            if (lock != null) {
                for (String name : directory.names(frame)) {
                    if (isDead(frame, directory, name)) {
                        removeIfAllowed(frame, directory, name);
                    }
                }
                for (String name : Subdirectory.names(frame, directory)) {
                    if (name.startsWith(MARK)) {
                        entries.sweep(directory, name);
                    }
                }
            }
        }
    }

    /** In a sticky directory only the name's owner, the directory's owner and root may remove it. */
    private static void removeIfAllowed(CallFrame frame, Directory directory, String name) {
        try {
            directory.unlink(frame, name);
        } catch (PermissionException _) {
            // The name stays for a process of its owner.
        }
    }

    /** {@return whether a name is a socket that no process has any more, or a destination that stands for one} */
    private static boolean isDead(CallFrame frame, Directory directory, String name) {
        if (name.startsWith(MARK)) {
            String target = SymbolicLink.read(frame, directory, name);
            return target != null && ServerName.isOne(target)
                    && isGone(frame, directory, ServerName.parse(target).address());
        }
        return Frame.ADDRESS.matcher(name).matches() && isGone(frame, directory, name);
    }

    /** {@return whether certainly no process has the socket of an address} */
    static boolean isGone(CallFrame frame, Directory directory, String address) {
        FileStatus status = directory.status(frame, address);
        return status == null || (status.isSocket() && PacketSocket.isAbandoned(directory, address));
    }

    private static OpenFile lock(Directory directory, DirectoryLock how) {
        Patience patience = new Patience(directory.path());
        for (;;) {
            OpenFile lock = how.tryLock(directory);
            if (lock != null) {
                return lock;
            }
            patience.pause();
        }
    }

    /** {@return the socket that listens} */
    synchronized PacketSocket socket() {
        return socket;
    }

    /**
     * Watches the name of the socket that listens now.
     *
     * @throws io.resourcelink.error.OsException if the kernel refuses
     */
    synchronized NameWatch watch() {
        return NameWatch.open(directory, address);
    }

    /** {@return the directory of channels} */
    synchronized Path path() {
        return directory.path();
    }

    /** {@return the name of the socket} */
    String address() {
        return address;
    }

    /** Connects to another channel. Returns {@code null} if there is none at that address. */
    synchronized @Nullable PacketSocket connect(String to) {
        return PacketSocket.connect(directory, to);
    }

    /**
     * Makes a destination stand for a server, in place of a dead one if there is one. It is a symbolic link, because that is made
     * together with its content.
     *
     * @param published run when the name is there, before another thread can call {@link #stopPublishing}
     * @throws AddressInUseException if a living process serves the destination
     * @throws IllegalStateException if this channel has given up its own name
     */
    void publish(String destination, String server, Runnable published) {
        Patience patience = new Patience(path);
        while (!tryPublish(destination, server, published)) {
            patience.pause();
        }
    }

    /** The same, without waiting. Returns {@code false} if another process has the directory locked. */
    synchronized boolean tryPublish(String destination, String server, Runnable published) {
        if (stopped) {
            throw new IllegalStateException("The channel is closed.");
        }
        if (!isMade(destination, server)) {
            return false;
        }
        published.run();
        return true;
    }

    private boolean isMade(String destination, String server) {
        try (CallFrame frame = new CallFrame(); OpenFile lock = DirectoryLock.EXCLUSIVE.tryLock(directory)) {
            if (lock == null) {
                return false;
            }
            String name = MARK + destination;
            if (SymbolicLink.make(frame, directory, name, server)
                    || server.equals(SymbolicLink.read(frame, directory, name))) {
                return true;
            }
            ensureKind(destination, Kind.SINGLE, entries.sweep(directory, name));
            if (isDead(frame, directory, name)) {
                directory.unlink(frame, name);
            }
            if (!SymbolicLink.make(frame, directory, name, server)) {
                throw new AddressInUseException(destination, path.toString());
            }
            return true;
        }
    }

    private void ensureKind(String destination, Kind wanted, @Nullable Kind found) {
        if (found != null && found != wanted) {
            throw new DestinationKindException(destination, path.toString(), found.text(), wanted.text());
        }
    }

    /**
     * Makes an entry for one of several processes that serve a destination.
     *
     * @param published run with the entry when it is there, before another thread can call {@link #stopPublishing}
     * @throws DestinationKindException if living processes serve the destination in another way
     * @throws IllegalStateException if this channel has given up its own name
     */
    void publish(String destination, Entry entry, Consumer<OpenFile> published) {
        Patience patience = new Patience(path);
        while (!tryPublish(destination, entry, published)) {
            patience.pause();
        }
    }

    /** The same, without waiting. Returns {@code false} if another process has the directory locked. */
    synchronized boolean tryPublish(String destination, Entry entry, Consumer<OpenFile> published) {
        if (stopped) {
            throw new IllegalStateException("The channel is closed.");
        }
        try (CallFrame frame = new CallFrame(); OpenFile lock = DirectoryLock.EXCLUSIVE.tryLock(directory)) {
            if (lock == null) {
                return false;
            }
            String name = MARK + destination;
            if (SymbolicLink.read(frame, directory, name) != null) {
                if (!isDead(frame, directory, name)) {
                    throw new DestinationKindException(destination, path.toString(), Kind.SINGLE.text(),
                            entry.kind().text());
                }
                directory.unlink(frame, name);
            }
            ensureKind(destination, entry.kind(), entries.sweep(directory, name));
            entries.make(directory, name, entry, published);
            return true;
        }
    }

    /** Removes an entry of this channel, and the destination's directory if nothing is left in it. Never waits. */
    synchronized void withdraw(String destination, long nonce, long inode) {
        entries.remove(directory, MARK + destination, nonce, inode);
        try (CallFrame frame = new CallFrame(); OpenFile lock = DirectoryLock.EXCLUSIVE.tryLock(directory)) {
            if (lock != null) {
                Subdirectory.remove(frame, directory, MARK + destination);
            }
        } catch (PermissionException _) {
            // In a sticky directory it stays for a process of its owner.
        }
    }

    /** {@return the entries of the processes that serve a destination together, in no order} */
    synchronized List<Entries.Found> entries(String destination) {
        return entries.list(directory, MARK + destination);
    }

    /** {@return what changes whenever such an entry is made or removed, {@code null} if there is none} One system call. */
    synchronized @Nullable FileVersion version(String destination) {
        try (CallFrame frame = new CallFrame()) {
            return FileVersion.of(frame, directory, MARK + destination);
        }
    }

    /** Removes a destination, unless it stands for another server. Only while this channel's own name is there: see {@link #unlink}. */
    synchronized void withdraw(String destination, String server) {
        try (CallFrame frame = new CallFrame()) {
            if (server.equals(SymbolicLink.read(frame, directory, MARK + destination))) {
                directory.unlink(frame, MARK + destination);
            }
        }
    }

    /** {@return the server that a destination stands for, {@code null} if there is none} */
    synchronized @Nullable ServerName resolve(String destination) {
        DestinationName.check(destination);
        try (CallFrame frame = new CallFrame()) {
            String target = SymbolicLink.read(frame, directory, MARK + destination);
            return target == null || !ServerName.isOne(target) ? null : ServerName.parse(target);
        }
    }

    /** From now on no destination gets a name. */
    synchronized void stopPublishing() {
        stopped = true;
    }

    /** Removes the name of the socket. From now on its destinations are taken for dead, and may be a successor's: withdraw them before. */
    synchronized void unlink() {
        unlink(directory, address);
    }

    private static void unlink(Directory directory, String address) {
        try (CallFrame frame = new CallFrame()) {
            directory.unlink(frame, address);
        }
    }

    @Override
    public synchronized void close() {
        socket.close();
        directory.close();
    }
}
