package io.resourcelink.internal.os;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.mapping.Reclaimer;

/** Descriptors as a peer may send them, the wrong ones included, and a look at those that are open. */
public final class Descriptors {

    private static final List<String> KINDS = List.of("/memfd:", "/dev/shm/",
            System.getProperty("java.io.tmpdir"), "socket:", "pipe:", "anon_inode:");

    private static final int O_WRONLY = 1;

    private Descriptors() {}

    /**
     * Makes a file in memory with storage, but without seals.
     *
     * @param size its length in bytes
     * @return the file
     */
    public static OpenFile unsealed(long size) {
        try (CallFrame frame = new CallFrame()) {
            OpenFile file = MemoryFile.create(frame, "resourcelink-test");
            file.reserve(frame, size);
            return file;
        }
    }

    /**
     * Makes a file in memory with a length, but without storage or seals.
     *
     * @param size its length in bytes
     * @return the file
     * @throws IOException if it cannot be given that length
     */
    public static OpenFile sparse(long size) throws IOException {
        try (CallFrame frame = new CallFrame()) {
            OpenFile file = MemoryFile.create(frame, "resourcelink-test");
            try (RandomAccessFile sized = new RandomAccessFile(path(file).toFile(), "rw")) {
                sized.setLength(size);
            }
            return file;
        }
    }

    /**
     * Adds seals.
     *
     * @param file a file in memory
     * @param seals 1 seal, 2 shrink, 4 grow, 8 write, 16 future write
     * @return the file
     */
    public static OpenFile sealed(OpenFile file, int seals) {
        try (CallFrame frame = new CallFrame()) {
            MemoryFile.addSeals(frame, file, seals);
            return file;
        }
    }

    /**
     * {@return a file in memory, sealed as a peer's region may be}
     *
     * @param content what is in it
     */
    public static OpenFile sealedMemory(byte[] content) {
        OpenFile file = unsealed(content.length);
        try (CallFrame frame = new CallFrame(); Arena arena = Arena.ofConfined()) {
            file.write(frame, arena.allocateFrom(ValueLayout.JAVA_BYTE, content), 0);
        }
        return sealed(file, 2 | 4);
    }

    /**
     * {@return another descriptor of the same description, as sending makes one}
     *
     * @param file the description
     */
    public static OpenFile duplicate(OpenFile file) {
        List<PacketSocket> pair = PacketPair.open();
        try (Packet packet = new Packet(); PacketSocket from = pair.get(0); PacketSocket to = pair.get(1)) {
            from.send(packet, 1, List.of(file));
            if (to.receive(packet, null) instanceof PacketSocket.Received.Arrived arrived) {
                return arrived.descriptors().getFirst();
            }
            throw new AssertionError("Nothing has come.");
        }
    }

    /**
     * {@return the seals of a file}
     *
     * @param file the file
     */
    public static int seals(OpenFile file) {
        try (CallFrame frame = new CallFrame()) {
            return MemoryFile.seals(frame, file);
        }
    }

    /**
     * {@return another description of the same file, as if it had been sent}
     *
     * @param file the file
     */
    public static OpenFile reopened(OpenFile file) {
        try (CallFrame frame = new CallFrame()) {
            return Objects.requireNonNull(file.reopen(frame));
        }
    }

    /**
     * Locks a byte, as a peer may.
     *
     * @param file the description that holds the lock
     * @param offset where the byte is
     */
    public static void lock(OpenFile file, long offset) {
        try (CallFrame frame = new CallFrame()) {
            if (!file.tryLock(frame, offset, 1)) {
                throw new AssertionError("It is locked already.");
            }
        }
    }

    /**
     * Opens anything for reading and writing; never waits.
     *
     * @param path what to open
     * @return its descriptor
     */
    public static OpenFile open(Path path) {
        return open(path, Libc.O_RDWR);
    }

    /**
     * Opens anything such that it cannot be read; never waits.
     *
     * @param path what to open
     * @return its descriptor
     */
    public static OpenFile openForWriting(Path path) {
        return open(path, O_WRONLY);
    }

    /**
     * Opens anything such that it can only be pointed at; never waits.
     *
     * @param path what to open
     * @return its descriptor
     */
    public static OpenFile openAsPath(Path path) {
        return open(path, Libc.O_PATH);
    }

    private static OpenFile open(Path path, int flags) {
        try (CallFrame frame = new CallFrame()) {
            int fd = Libc.openat(frame, Libc.AT_FDCWD, frame.string(path.toString()),
                    flags | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
            if (fd < 0) {
                throw new PermissionException(path.toString(), "error number " + -fd);
            }
            return new OpenFile(fd, path.toString());
        }
    }

    /**
     * Makes a socket that others can connect to until there is no more room.
     *
     * @param directory where its name goes
     * @param name its name, which must be new
     * @param backlog how many connections, less one, may wait to be accepted
     * @return the listening socket
     */
    public static PacketSocket listening(Directory directory, String name, int backlog) {
        return Objects.requireNonNull(PacketSocket.listen(directory, name, backlog));
    }

    /**
     * Names a descriptor of this process as all processes of this user can open it.
     *
     * @param file the file
     * @return the name below {@code /proc}
     */
    public static Path path(OpenFile file) {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + file.fd());
    }

    /**
     * Counts what the library has open: {@link #open()} whose targets contain a text.
     *
     * @param text what the target of those that count contains
     * @return how many this process has
     */
    public static long count(String text) {
        Reclaimer.reclaimNow();
        return open().values().stream().filter(target -> target.contains(text)).count();
    }

    /**
     * Lists the descriptors of the kinds that the library opens. The JVM opens others whenever it likes: a jar of the class
     * path when it first looks for a class there, devices of random numbers.
     *
     * @return the target of each, by number
     */
    public static Map<Integer, String> open() {
        Map<Integer, String> open = new TreeMap<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            descriptors.forEach(descriptor -> {
                String target = target(descriptor);
                if (KINDS.stream().anyMatch(target::startsWith)) {
                    open.put(Integer.valueOf(descriptor.getFileName().toString()), target);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return open;
    }

    /** Empty for one that was closed after it was listed, as that of the listing itself is. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return "";
        }
    }

    /**
     * Counts mappings of files.
     *
     * @param text what the name of those that count contains
     * @return how many this process has
     * @throws IOException if {@code /proc} cannot be read
     */
    public static long countMappings(String text) throws IOException {
        Reclaimer.reclaimNow();
        return mappings(text).size();
    }

    /**
     * Lists mappings of files.
     *
     * @param text what the name of those that are listed contains
     * @return their lines
     * @throws IOException if {@code /proc} cannot be read
     */
    public static List<String> mappings(String text) throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains(text)).toList();
        }
    }
}
