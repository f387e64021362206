package io.resourcelink.internal.os;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One walk through the list of locks, proc_locks(5), a page at a time. A line has the number, type, whether it binds, mode, pid,
 * file, first byte, last byte. A process that waits for a lock has "->" as type. Used by one thread.
 */
final class LockWalk implements AutoCloseable {

    private static final byte[] OF_DESCRIPTION = { 'O', 'F', 'D', 'L', 'C', 'K' };
    private static final byte[] OF_PROCESS = { 'P', 'O', 'S', 'I', 'X' };
    private static final int TYPE = 1;
    private static final int FILE = 5;
    private static final int FIRST = 6;
    private static final int LAST = 7;
    private static final int FIELDS = 8;

    private final FileInputStream in;
    private final long marks;
    private final Map<LockedFile, List<LockedRun>> target;
    private final byte[] text = new byte[64 << 10];

    /** Where fields begin and end in the text of the current line. */
    private final int[] begins = new int[FIELDS + 1];
    private final int[] ends = new int[FIELDS + 1];

    /** How much of a line is at the start of the text, because the last read has cut it. */
    private int cut;

    /** The file of the last line, which is often that of the next one. */
    private @Nullable LockedFile known;
    private List<LockedRun> knownRuns = List.of();

    /**
     * Begins a walk.
     *
     * @param locks the list
     * @param marks the offset behind which locks are marks
     * @param target gets the runs of each file
     */
    LockWalk(Path locks, long marks, Map<LockedFile, List<LockedRun>> target) throws IOException {
        this.in = new FileInputStream(locks.toFile());
        this.marks = marks;
        this.target = target;
    }

    /**
     * Reads a page, in one system call.
     *
     * @param pages gets it
     * @param most how many bytes are asked for at most; a line that is cut by that is no mark
     * @return whether there was one
     */
    boolean next(List<LockPage> pages, int most) throws IOException {
        int read = in.read(text, cut, Math.min(most, text.length - cut));
        if (read <= 0) {
            return false;
        }
        LockPage page = new LockPage();
        page.bytes(read);
        int end = cut + read;
        int line = 0;
        for (int at = cut; at < end; at++) {
            if (text[at] == '\n') {
                add(line, at, line == 0 && cut > 0 ? null : page);
                line = at + 1;
            }
        }
        cut = end - line;
        System.arraycopy(text, line, text, 0, cut);
        pages.add(page);
        return true;
    }

    private void add(int begin, int end, @Nullable LockPage page) {
        if (split(begin, end) != FIELDS || !(is(OF_DESCRIPTION) || is(OF_PROCESS))) {
            return;
        }
        long start = decimal(begins[FIRST], ends[FIRST]);
        boolean endless = text[begins[LAST]] == 'E';
        long length = endless ? Long.MAX_VALUE - start : decimal(begins[LAST], ends[LAST]) - start + 1;
        runs().add(new LockedRun(start, length));
        if (page != null && start > marks && is(OF_DESCRIPTION)) {
            page.mark(start);
        }
    }

    /** Finds the fields of a line. Returns how many there are; of more than there should be, one more. */
    private int split(int begin, int end) {
        int count = 0;
        for (int at = begin; at < end && count <= FIELDS;) {
            if (text[at] == ' ') {
                at++;
                continue;
            }
            begins[count] = at;
            while (at < end && text[at] != ' ') {
                at++;
            }
            ends[count++] = at;
        }
        return count;
    }

    private boolean is(byte[] type) {
        return Arrays.equals(text, begins[TYPE], ends[TYPE], type, 0, type.length);
    }

    /** Returns the runs of the file of the current line. */
    private List<LockedRun> runs() {
        int major = indexOf(':', begins[FILE]);
        int minor = indexOf(':', major + 1);
        long device = number(begins[FILE], major, 16) << 32 | number(major + 1, minor, 16);
        long inode = decimal(minor + 1, ends[FILE]);
        LockedFile last = known;
        if (last == null || last.device() != device || last.inode() != inode) {
            LockedFile file = new LockedFile(device, inode);
            knownRuns = target.computeIfAbsent(file, _ -> new ArrayList<>());
            known = file;
        }
        return knownRuns;
    }

    private int indexOf(char separator, int from) {
        for (int at = from; at < ends[FILE]; at++) {
            if (text[at] == separator) {
                return at;
            }
        }
        throw new NumberFormatException("A file without " + separator);
    }

    private long decimal(int begin, int end) {
        return number(begin, end, 10);
    }

    private long number(int begin, int end, int radix) {
        long number = 0;
        for (int at = begin; at < end; at++) {
            int digit = Character.digit(text[at], radix);
            if (digit < 0) {
                throw new NumberFormatException("A digit was expected.");
            }
            number = number * radix + digit;
        }
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
