package io.resourcelink.cli;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.internal.room.MachineMemory;

/**
 * The machine and the limits this process runs under. What cannot be found out, or is not limited, is {@code null}.
 *
 * @param kernel its release
 * @param architecture as the JDK names it
 * @param pageSize in bytes
 * @param jdk version and vendor
 * @param nativeAccess whether this JVM allows the library native access
 * @param memoryTotal bytes of memory
 * @param memoryAvailable bytes that can be taken without swapping
 * @param openFilesSoft RLIMIT_NOFILE of this process, which a JVM raises to the hard limit when it starts
 * @param openFilesHard what it can be raised to
 * @param maxMapCount vm.max_map_count, mappings of one process
 * @param inotifyInstances fs.inotify.max_user_instances, watchers of one user
 * @param removeIpc whether systemd removes this user's files in /dev/shm with the last session
 */
record Machine(String kernel, String architecture, @Nullable Long pageSize, String jdk, boolean nativeAccess,
        @Nullable Long memoryTotal, @Nullable Long memoryAvailable, @Nullable Long openFilesSoft,
        @Nullable Long openFilesHard, @Nullable Long maxMapCount, @Nullable Long inotifyInstances,
        @Nullable Boolean removeIpc) {

    private static final int AT_PAGESZ = 6;

    /**
     * Reads what this process sees.
     *
     * @param proc where the proc file system is mounted
     */
    static Machine read(Path proc) {
        MachineMemory memory = MachineMemory.read(proc);
        Matcher files = Pattern.compile("(?m)^Max open files +(\\d+|unlimited) +(\\d+|unlimited)")
                .matcher(text(proc.resolve("self/limits")));
        boolean limited = files.find();
        return new Machine(System.getProperty("os.version", "?"), System.getProperty("os.arch", "?"),
                pageSize(proc.resolve("self/auxv")),
                Runtime.version() + " (" + System.getProperty("java.vendor", "?") + ")",
                ResourceLinkFactory.class.getModule().isNativeAccessEnabled(), known(memory.total()),
                known(memory.available()), limited ? number(files.group(1)) : null,
                limited ? number(files.group(2)) : null, number(text(proc.resolve("sys/vm/max_map_count"))),
                number(text(proc.resolve("sys/fs/inotify/max_user_instances"))),
                LoginSessions.removeIpc(Path.of("/")));
    }

    /** The auxiliary vector of getauxval(3): pairs of native longs. */
    private static @Nullable Long pageSize(Path auxv) {
        try {
            MemorySegment vector = MemorySegment.ofArray(Files.readAllBytes(auxv));
            for (long at = 0; at + 16 <= vector.byteSize(); at += 16) {
                if (vector.get(ValueLayout.JAVA_LONG_UNALIGNED, at) == AT_PAGESZ) {
                    return vector.get(ValueLayout.JAVA_LONG_UNALIGNED, at + 8);
                }
            }
            return null;
        } catch (IOException _) {
            return null;
        }
    }

    private static @Nullable Long known(long bytes) {
        return bytes == Long.MAX_VALUE ? null : (Long) bytes;
    }

    private static @Nullable Long number(String text) {
        String digits = text.strip();
        return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : null;
    }

    private static String text(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            return String.join("\n", lines);
        } catch (IOException _) {
            return "";
        }
    }
}
