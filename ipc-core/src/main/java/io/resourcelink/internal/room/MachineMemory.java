package io.resourcelink.internal.room;

import java.nio.file.Path;
import java.util.List;

import io.resourcelink.error.SpaceLimit;

/**
 * Memory of the machine in bytes, each number {@link Long#MAX_VALUE} if the kernel does not say.
 *
 * @param total all of it
 * @param available what can be taken without swapping
 * @param swapFree swap that is not used
 */
public record MachineMemory(long total, long available, long swapFree) {

    private static final String SOURCE = "/proc/meminfo";

    /**
     * {@return what the kernel says now}
     *
     * @param proc where the proc file system is mounted
     * @see <a href="https://man7.org/linux/man-pages/man5/proc_meminfo.5.html">proc_meminfo(5)</a>
     */
    public static MachineMemory read(Path proc) {
        List<String> lines = KernelFile.lines(proc.resolve("meminfo"));
        return new MachineMemory(bytes(lines, "MemTotal:"), bytes(lines, "MemAvailable:"), bytes(lines, "SwapFree:"));
    }

    private static long bytes(List<String> lines, String name) {
        long kibibytes = KernelFile.value(lines, name, Long.MAX_VALUE);
        return kibibytes == Long.MAX_VALUE ? kibibytes : kibibytes << 10;
    }

    /** Swap that may still be used, none if the kernel does not say. */
    long swap() {
        return swapFree == Long.MAX_VALUE ? 0 : swapFree;
    }

    Limit limit() {
        long free = available == Long.MAX_VALUE ? available : available + swap();
        return new Limit(SpaceLimit.MEMORY, free, SOURCE);
    }
}
