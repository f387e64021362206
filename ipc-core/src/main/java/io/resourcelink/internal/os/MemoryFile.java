package io.resourcelink.internal.os;

import java.lang.foreign.ValueLayout;

import io.resourcelink.error.ProtocolException;

/**
 * Files without a name that live in memory, memfd_create(2). They have storage for every byte, and no process that gets the
 * descriptor can change their size. The kernel frees a file after its last descriptor and mapping in all processes.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</a>, F_ADD_SEALS in fcntl(2)
 */
public final class MemoryFile {

    static final int F_SEAL_SEAL = 0x1;
    static final int F_SEAL_SHRINK = 0x2;
    static final int F_SEAL_GROW = 0x4;
    static final int F_SEAL_WRITE = 0x8;
    /** Linux 5.1. */
    static final int F_SEAL_FUTURE_WRITE = 0x10;

    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    private static final int MFD_CLOEXEC = 0x1;
    private static final int MFD_ALLOW_SEALING = 0x2;
    /** Linux 6.3. Without it a machine with {@code vm.memfd_noexec=2} refuses. */
    private static final int MFD_NOEXEC_SEAL = 0x8;
    private static final int EBUSY = 16;

    /** The smallest file that is recycled, in bytes. */
    public static final long PAGE = 4096;

    private static final int SIZE_SEALS = F_SEAL_SHRINK | F_SEAL_GROW;
    private static final int WRITE_SEALS = F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;
    private static final String SENDER = "a process that has sent shared memory";

    private MemoryFile() {}

    /**
     * Makes an empty file.
     *
     * @param frame memory of the calling operation
     * @param name what {@code /proc} calls it behind {@code memfd:}; any number of files may have the same
     * @return the file, to be given its content, and then its {@link #sealSize seals}
     */
    public static OpenFile create(CallFrame frame, String name) {
        int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
        int fd = MemoryCalls.memfd_create(frame, frame.string(name), flags | MFD_NOEXEC_SEAL);
        if (fd == -Errno.EINVAL) {
            fd = MemoryCalls.memfd_create(frame, frame.string(name), flags);
        }
        if (fd < 0) {
            throw Errno.failure("memfd_create", fd, name);
        }
        return OpenFile.of(fd, name);
    }

    /**
     * Seals the size, once there is storage for every byte. This cannot be undone.
     *
     * @param frame memory of the calling operation
     * @param file a file made by {@link #create}
     */
    public static void sealSize(CallFrame frame, OpenFile file) {
        addSeals(frame, file, SIZE_SEALS);
    }

    /**
     * Seals the content and the seals themselves. No process can write to the file any more, or map it for writing. Only a
     * mapping for writing that exists already can still change the content. This cannot be undone, and is called once. The
     * kernel looks at every page, which takes 25 microseconds for each MiB.
     *
     * @param frame memory of the calling operation
     * @param file a file made by {@link #create}
     * @return whether there is a mapping that can still change the content
     */
    public static boolean sealContent(CallFrame frame, OpenFile file) {
        int result = Libc.fcntl(frame, file.fd(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL);
        if (result == -EBUSY) {
            addSeals(frame, file, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL);
            return true;
        }
        Errno.checked("fcntl", result, file.name());
        return false;
    }

    /**
     * Seals the content but for the mappings for writing that exist already, and the seals themselves. From now on no process can
     * write to the file in another way, map it for writing, or give its storage back. This cannot be undone, and is called once.
     *
     * @param frame memory of the calling operation
     * @param file a file made by {@link #create}
     * @return whether the kernel can do that, which is Linux 5.1
     */
    public static boolean sealOtherWriters(CallFrame frame, OpenFile file) {
        int result = Libc.fcntl(frame, file.fd(), F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL);
        if (result == -Errno.EINVAL) {
            return false;
        }
        Errno.checked("fcntl", result, file.name());
        return true;
    }

    static void addSeals(CallFrame frame, OpenFile file, int seals) {
        int result = Libc.fcntl(frame, file.fd(), F_ADD_SEALS, seals);
        if (result < 0) {
            throw Errno.failure("fcntl", result, file.name());
        }
    }

    /** Returns the seals, or minus {@code EINVAL} if it is not a file in memory. */
    static int seals(CallFrame frame, OpenFile file) {
        return Libc.fcntl(frame, file.fd(), F_GET_SEALS, 0);
    }

    /**
     * Checks a file that another process claims to have sealed as {@link #sealSize} and {@link #sealContent} do. After this,
     * reading all of it can neither fail nor take memory that its maker has not reserved. Nothing is mapped or read.
     *
     * @param frame memory of the calling operation
     * @param file the received file
     * @param size the length that the other process claims
     * @return whether that process may still change the content
     * @throws ProtocolException if it is anything else
     */
    public static boolean verify(CallFrame frame, OpenFile file, long size) {
        int seals = verifySeals(frame, file, size);
        FileStatus status = verifyStorage(frame, file);
        if (status.size() != size) {
            throw new ProtocolException(SENDER, "a file of " + status.size() + " bytes", "one of " + size);
        }
        verifyReadable(frame, file);
        return (seals & F_SEAL_WRITE) == 0;
    }

    /**
     * Checks a file that another process claims to have made for several regions, one after the other. It is sealed as {@link
     * #sealSize} and {@link #sealOtherWriters} do. Otherwise this is {@link #verify}.
     *
     * @param frame memory of the calling operation
     * @param file the received file
     * @param size the length that the other process claims for its content
     * @throws ProtocolException if it is anything else
     */
    public static void verifyRecycled(CallFrame frame, OpenFile file, long size) {
        verifySeals(frame, file, size);
        verifyFits(verifyStorage(frame, file).size(), size);
        verifyReadable(frame, file);
    }

    /**
     * Checks the length that another process claims for the content of a recycled file.
     *
     * @param capacity the size of the file
     * @param size the length
     * @throws ProtocolException if the file {@linkplain #canHold cannot have} such content
     */
    public static void verifyFits(long capacity, long size) {
        if (!canHold(capacity, size)) {
            throw new ProtocolException(SENDER, "a file of " + capacity + " bytes for a recycled region of " + size,
                    "a file that is as long as the region, or longer: up to twice its length, or one page");
        }
    }

    /**
     * {@return whether a recycled file is used for content of a length: the content fills at least half of it, or it is one page}
     *
     * @param capacity the size of the file
     * @param size the length
     */
    public static boolean canHold(long capacity, long size) {
        return 0 < size && size <= capacity && (capacity - size <= size || capacity <= PAGE);
    }

    private static int verifySeals(CallFrame frame, OpenFile file, long size) {
        if (size <= 0) {
            throw new ProtocolException(SENDER, "a size of " + size, "at least one byte");
        }
        // First of all: without seals, whatever else is true now need not be true a moment later.
        int seals = seals(frame, file);
        if (seals < 0) {
            throw new ProtocolException(SENDER, "a descriptor that is not a file in memory", "a sealed memfd");
        }
        if ((seals & SIZE_SEALS) != SIZE_SEALS || (seals & WRITE_SEALS) == 0) {
            throw new ProtocolException(SENDER, "a file in memory with the seals 0x" + Integer.toHexString(seals),
                    "seals against shrinking, growing and writing");
        }
        return seals;
    }

    private static FileStatus verifyStorage(CallFrame frame, OpenFile file) {
        FileStatus status = file.status(frame);
        long blocks = frame.statx().get(ValueLayout.JAVA_LONG, 48);
        if (!status.isRegular()) {
            throw new ProtocolException(SENDER, "a descriptor that is not a regular file", "a sealed memfd");
        }
        if (blocks < Math.ceilDiv(status.size(), 512)) {
            throw new ProtocolException(SENDER, "storage for " + blocks * 512 + " bytes of " + status.size(),
                    "storage for every byte");
        }
        return status;
    }

    private static void verifyReadable(CallFrame frame, OpenFile file) {
        int result = Libc.fstatfs(frame, file.fd());
        if (result < 0) {
            throw Errno.failure("fstatfs", result, file.name());
        }
        long type = Space.type(frame.statfs());
        if (FileSystem.of(type).filter(FileSystem.TMPFS::equals).isEmpty()) {
            throw new ProtocolException(SENDER, "memory of " + FileSystem.label(type), "memory of tmpfs");
        }
        if ((Libc.fcntl(frame, file.fd(), Libc.F_GETFL, 0) & Libc.O_ACCMODE) == Libc.O_WRONLY) {
            throw new ProtocolException(SENDER, "a descriptor for writing only", "one for reading");
        }
    }
}
