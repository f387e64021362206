package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;

/**
 * Maps files into memory, mmap(2). Nothing guards what is mapped: an access after {@link #unmap} ends the JVM. So the owner
 * shows the memory to others only within an arena, and unmaps it when no thread can touch it any more. Stateless.
 */
public final class Pages {

    private static final long POPULATE_CHUNK = 16L << 20;

    private Pages() {}

    /**
     * Maps a file for reading and writing. Child processes do not inherit the mapping. No page is touched.
     *
     * @param frame memory of the calling operation
     * @param file the file
     * @param size bytes to map from the file's start
     * @return the memory
     */
    public static MemorySegment map(CallFrame frame, OpenFile file, long size) {
        return map(frame, file, size, MemoryCalls.PROT_READ_WRITE, MemoryCalls.MAP_SHARED);
    }

    /**
     * Maps a file for reading. Child processes do not inherit the mapping. No page is touched.
     *
     * <p>The mapping is private. A shared one of a file that is sealed against writing needs Linux 6.7, and one made before
     * keeps the file from being sealed. A private mapping shows the file's own pages as long as nothing writes through it, which
     * only a debugger could do.
     *
     * @param frame memory of the calling operation
     * @param file the file
     * @param size bytes to map from the file's start
     * @return the memory, read-only
     */
    public static MemorySegment mapReadOnly(CallFrame frame, OpenFile file, long size) {
        return map(frame, file, size, MemoryCalls.PROT_READ, MemoryCalls.MAP_PRIVATE);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment map(CallFrame frame, OpenFile file, long size, int protection, int flags) {
        long address = MemoryCalls.mmap(frame, MemorySegment.NULL, size, protection, flags, file.fd());
        if (address < 0) {
            throw Errno.failure("mmap", address, file.name());
        }
        try {
            Errno.checked("madvise", MemoryCalls.madvise(frame, address, size, MemoryCalls.MADV_DONTFORK), file.name());
            MemorySegment mapped = MemorySegment.ofAddress(address).reinterpret(size);
            return protection == MemoryCalls.PROT_READ ? mapped.asReadOnly() : mapped;
        } catch (Throwable e) {
            MemoryCalls.munmap(frame, address, size);
            throw e;
        }
    }

    /**
     * Prepares memory for being written from its first byte to its last, so that not every page of 4 KiB causes a fault. This is
     * for speed only: a kernel before Linux 5.14 does nothing.
     *
     * @param frame memory of the calling operation
     * @param memory what {@link #map} has mapped, from its start, with storage for every byte
     */
    public static void populate(CallFrame frame, MemorySegment memory) {
        int result = 0;
        for (long done = 0; done < memory.byteSize() && result == 0; done += POPULATE_CHUNK) {
            result = MemoryCalls.madvise(frame, memory.address() + done,
                    Math.min(POPULATE_CHUNK, memory.byteSize() - done), MemoryCalls.MADV_POPULATE_WRITE);
        }
    }

    /**
     * Unmaps memory. If these were the last pages of a file without a name, the call frees them, which takes time.
     *
     * @param memory all that {@link #map} or {@link #mapReadOnly} has mapped
     */
    public static void unmap(MemorySegment memory) {
        try (CallFrame frame = new CallFrame()) {
            unmap(frame, memory);
        }
    }

    /**
     * Unmaps memory, as {@link #unmap(MemorySegment)} does.
     *
     * @param frame memory of the calling operation
     * @param memory all that {@link #map} or {@link #mapReadOnly} has mapped
     */
    public static void unmap(CallFrame frame, MemorySegment memory) {
        Errno.checked("munmap", MemoryCalls.munmap(frame, memory.address(), memory.byteSize()), "mapping");
    }

    /**
     * Replaces mapped memory by empty memory of this process at the same address. The file's pages are given up as if they had
     * been unmapped, but a late access does not end the JVM.
     *
     * @param memory all that {@link #map} or {@link #mapReadOnly} has mapped
     */
    public static void detach(MemorySegment memory) {
        try (CallFrame frame = new CallFrame()) {
            long result = MemoryCalls.mmap(frame, memory, memory.byteSize(), MemoryCalls.PROT_READ_WRITE,
                    MemoryCalls.MAP_PRIVATE | MemoryCalls.MAP_ANONYMOUS | MemoryCalls.MAP_FIXED, -1);
            if (result < 0) {
                throw Errno.failure("mmap", result, "mapping");
            }
        }
    }
}
