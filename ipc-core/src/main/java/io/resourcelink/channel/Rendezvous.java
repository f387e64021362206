package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.PermissionException;
import io.resourcelink.error.AddressInUseException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.DirectoryLock;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.os.SymbolicLink;
import io.resourcelink.internal.work.Closing;

/*
 * A process that is killed leaves its socket's name behind, and whoever opens a channel next removes it. Between making the
 * name and listening, a new socket looks just like a dead one; so names are made under a shared lock of the directory and
 * removed under an exclusive one, both forgotten by the kernel with their holder. Who cannot have it exclusively leaves the
 * dead to the next.
 */

/** Where channels find each other: a directory of sockets, and the one of this channel. Thread-safe but for {@link #close}. */
final class Rendezvous implements AutoCloseable {

    private static final Pattern DESTINATION = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

    /** In front of a destination's name: no socket is called so. */
    private static final String MARK = "@";

    private static final int MODE = 0700;
    private static final int WRITABLE_BY_ALL = 02;
    private static final Path DEFAULT_PARENT = Platform.directoryOfUser(Path.of("/dev/shm"));
    private static final Path DEFAULT_PATH = DEFAULT_PARENT.resolve(".channels");
    private static final String OTHER_PLACE = " Use a directory elsewhere: ipc.directory for segments and channels,"
            + " ipc.channels.directory or Channel.builder().directory(...) for channels alone.";

    private final Path path;
    private final String address;
    private Directory directory;
    private PacketSocket socket;

    private Rendezvous(Path path, Directory directory, PacketSocket socket, String address) {
        this.path = path;
        this.directory = directory;
        this.socket = socket;
        this.address = address;
    }

    /**
     * Opens a directory, made for its owner alone if it is missing, removes what the dead have left, and listens.
     *
     * @throws PermissionException if others could connect there, or put sockets, or a directory, in place of ours
     */
    static Rendezvous open(Path path) {
        Directory directory = openChecked(path);
        try {
            sweep(directory);
            try (OpenFile _ = lock(directory, DirectoryLock.SHARED)) {
                for (;;) {
                    String address = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
                    PacketSocket socket = PacketSocket.listen(directory, address);
                    if (socket != null) {
                        return new Rendezvous(path, directory, socket, address);
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    /** Opens the directory that is meant where none is named: {@code .channels} in the one of segments. */
    static Rendezvous openDefault() {
        makeDefaultParent();
        return open(DEFAULT_PATH);
    }

    private static void makeDefaultParent() {
        Directory.open(DEFAULT_PARENT, MODE).close();
    }

    private static Directory openChecked(Path path) {
        checkParent(path);
        Directory directory = Directory.open(path, MODE);
        try {
            check(directory);
            return directory;
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    /** Whether others find this channel's socket by its name. One system call. */
    synchronized boolean isThere() {
        try (CallFrame frame = new CallFrame()) {
            return directory.status(frame, address) != null;
        }
    }

    /**
     * Opens the directory again by its path, made if it is missing, and listens there under the same address. Never waits.
     *
     * @param listen has the new socket be listened to, before it is this one's
     * @return the old socket, for the caller to close; {@code null} if another process opens a channel, or removes what the dead
     * have left, in this moment
     */
    synchronized @Nullable PacketSocket restore(Consumer<PacketSocket> listen) {
        if (path.equals(DEFAULT_PATH)) {
            makeDefaultParent();
        }
        Directory again = openChecked(path);
        PacketSocket fresh = null;
        try (OpenFile lock = DirectoryLock.SHARED.tryLock(again)) {
            fresh = lock == null ? null : PacketSocket.listen(again, address);
            if (fresh == null) {
                again.close();
                return null;
            }
            listen.accept(fresh);
        } catch (RuntimeException | Error e) {
            Closing closing = new Closing(e);
            if (fresh != null) {
                closing.run(() -> unlink(again, address));
                closing.run(fresh::close);
            }
            closing.run(again::close);
            throw e;
        }
        PacketSocket old = socket;
        directory.close();
        directory = again;
        socket = fresh;
        return old;
    }

    private static void check(Directory directory) {
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = directory.status(frame);
            if (status.owner() != Platform.userId() || (status.mode() & 077) != 0) {
                throw new PermissionException("directory " + directory.path(), "the sockets of channels must be in a"
                        + " directory of this user (" + Integer.toUnsignedString(Platform.userId())
                        + ") that nobody else"
                        + " can enter. Use another one (ipc.channels.directory), or change owner and mode (chmod 700).");
            }
        }
    }

    /** Who owns the directory above, or may remove files there, could put another directory in place of ours. */
    private static void checkParent(Path path) {
        Path parent = realParent(path);
        try (Directory above = parent == null ? null : Directory.openExisting(parent);
                CallFrame frame = new CallFrame()) {
            FileStatus status = above == null ? null : above.status(frame);
            if (status == null) {
                return;
            }
            if (status.owner() != Platform.userId() && status.owner() != 0) {
                throw new PermissionException("directory " + parent, "it belongs to user "
                        + Integer.toUnsignedString(status.owner()) + ", who could replace the directory of channels."
                        + OTHER_PLACE);
            }
            if ((status.mode() & WRITABLE_BY_ALL) != 0 && !status.isSticky()) {
                throw new PermissionException("directory " + parent, "all users may replace the directory of channels"
                        + " there. Take write access from them (chmod o-w)." + OTHER_PLACE);
            }
        }
    }

    /** The directory above without symbolic links, or {@code null} if there is none yet. */
    private static @Nullable Path realParent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        try {
            return parent == null ? null : parent.toRealPath();
        } catch (IOException _) {
            return null;
        }
    }

    private static void sweep(Directory directory) {
        try (OpenFile lock = DirectoryLock.EXCLUSIVE.tryLock(directory); CallFrame frame = new CallFrame()) {
            if (lock != null) {
                for (String name : directory.names(frame)) {
                    if (isDead(frame, directory, name)) {
                        directory.unlink(frame, name);
                    }
                }
            }
        }
    }

    /** Whether a name is a socket that nobody has any more, or a destination that stands for one. */
    private static boolean isDead(CallFrame frame, Directory directory, String name) {
        if (name.startsWith(MARK)) {
            String target = SymbolicLink.read(frame, directory, name);
            return target != null && ServerName.isOne(target)
                    && isGone(frame, directory, ServerName.parse(target).address());
        }
        return Frame.ADDRESS.matcher(name).matches() && isGone(frame, directory, name);
    }

    private static boolean isGone(CallFrame frame, Directory directory, String address) {
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

    /** Waits for a lock that others have for a moment each. */
    private static final class Patience {

        private static final long NANOS = TimeUnit.SECONDS.toNanos(5);

        private final Path directory;
        private final long start = System.nanoTime();

        Patience(Path directory) {
            this.directory = directory;
        }

        void pause() {
            if (System.nanoTime() - start > NANOS) {
                throw new UnresponsiveException("The process that has locked the directory " + directory,
                        "this process has tried to lock it for " + TimeUnit.NANOSECONDS.toSeconds(NANOS) + " s.");
            }
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    synchronized PacketSocket socket() {
        return socket;
    }

    String address() {
        return address;
    }

    synchronized @Nullable PacketSocket connect(String to) {
        return PacketSocket.connect(directory, to);
    }

    static void checkDestination(String destination) {
        if (!DESTINATION.matcher(destination).matches()) {
            throw new IllegalArgumentException(
                    "\"" + destination + "\" is no name of a destination: those have up to 64"
                            + " letters, digits, dots, hyphens and underscores, the first of them a letter.");
        }
    }

    /**
     * Makes a destination stand for a server, in place of a dead one if need be. Where it stands is a symbolic link, which
     * is there with all it says or not at all.
     *
     * @throws AddressInUseException if a living process serves it
     */
    void publish(String destination, String server) {
        Patience patience = new Patience(path);
        while (!tryPublish(destination, server)) {
            patience.pause();
        }
    }

    /** The same, without waiting. Returns whether it stands there; if not, another process has the directory locked. */
    synchronized boolean tryPublish(String destination, String server) {
        try (CallFrame frame = new CallFrame(); OpenFile lock = DirectoryLock.EXCLUSIVE.tryLock(directory)) {
            if (lock == null) {
                return false;
            }
            String name = MARK + destination;
            if (SymbolicLink.make(frame, directory, name, server)) {
                return true;
            }
            if (!isDead(frame, directory, name)) {
                throw new AddressInUseException(destination, path.toString());
            }
            directory.unlink(frame, name);
            return SymbolicLink.make(frame, directory, name, server);
        }
    }

    /** Takes the name away, unless it stands for another server. */
    synchronized void withdraw(String destination, String server) {
        try (CallFrame frame = new CallFrame()) {
            if (server.equals(SymbolicLink.read(frame, directory, MARK + destination))) {
                directory.unlink(frame, MARK + destination);
            }
        }
    }

    synchronized @Nullable ServerName resolve(String destination) {
        checkDestination(destination);
        try (CallFrame frame = new CallFrame()) {
            String target = SymbolicLink.read(frame, directory, MARK + destination);
            return target == null || !ServerName.isOne(target) ? null : ServerName.parse(target);
        }
    }

    /** Takes the name away: nobody can connect any more. */
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
