package io.resourcelink.internal.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * All record locks of this machine, as {@code /proc/locks} lists them, proc_locks(5). It is read once, when a caller asks for
 * the first time, and takes about a microsecond for each lock. Finding all locks of a file by {@link OpenFile#findLock} takes a
 * time that grows with the square of their number, because the kernel walks through all of them each time.
 *
 * <p>Locks of open file descriptions are listed in every pid namespace. Not thread-safe.
 */
public final class LockTable {

    private static final Path LOCKS = Path.of("/proc/locks");

    private final Path locks;
    private @Nullable Map<String, List<LockedRun>> runs;

    /** Makes the table; nothing is read yet. */
    public LockTable() {
        this(LOCKS);
    }

    /**
     * Makes the table from a file of the same form; nothing is read yet.
     *
     * @param locks the file; no locks are known if it does not exist
     */
    public LockTable(Path locks) {
        this.locks = locks;
    }

    /**
     * {@return the locked runs of a file, of all descriptions, in no order} None if the kernel lists none, or lists them under
     * another device than statx(2) returns, as with btrfs.
     *
     * @param file which file
     */
    public List<LockedRun> runs(FileStatus file) {
        Map<String, List<LockedRun>> known = runs;
        if (known == null) {
            known = read();
            runs = known;
        }
        String name = String.format("%02x:%02x:%d", file.device() >>> 32, file.device() & 0xFFFF_FFFFL, file.inode());
        return known.getOrDefault(name, List.of());
    }

    private Map<String, List<LockedRun>> read() {
        Map<String, List<LockedRun>> runs = new HashMap<>();
        try (BufferedReader lines = Files.newBufferedReader(locks, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(runs, line.split("\\s+", -1));
            }
            return runs;
        } catch (IOException _) {
            return Map.of();
        }
    }

    /** Number, type, whether it binds, mode, pid, file, first byte, last byte. A process that waits for a lock has "->" as type. */
    private static void add(Map<String, List<LockedRun>> runs, String[] fields) {
        if (fields.length == 8 && (fields[1].equals("OFDLCK") || fields[1].equals("POSIX"))) {
            long start = Long.parseLong(fields[6]);
            long length = fields[7].equals("EOF") ? Long.MAX_VALUE - start : Long.parseLong(fields[7]) - start + 1;
            runs.computeIfAbsent(fields[5], _ -> new ArrayList<>()).add(new LockedRun(start, length));
        }
    }
}
