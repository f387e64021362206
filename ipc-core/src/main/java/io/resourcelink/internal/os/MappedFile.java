package io.resourcelink.internal.os;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A file that a process has mapped, as {@code /proc/<pid>/maps} names it.
 *
 * @param device the file system's device, as {@link FileStatus#device()} has it: the major number in the upper 32 bits
 * @param inode the file's number there
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html">proc_pid_maps(5)</a>
 */
public record MappedFile(long device, long inode) {

    private static final Pattern SPACES = Pattern.compile("\\s+");

    /**
     * {@return the file that a line names, or {@code null} if it describes memory without a file}
     *
     * @param line {@code address-address perms offset major:minor inode path}: numbers in hexadecimal but for the inode
     */
    public static @Nullable MappedFile of(String line) {
        String[] fields = SPACES.split(line, 6);
        if (fields.length < 5 || fields[4].equals("0")) {
            return null;
        }
        int colon = fields[3].indexOf(':');
        long major = Long.parseLong(fields[3], 0, colon, 16);
        long minor = Long.parseLong(fields[3], colon + 1, fields[3].length(), 16);
        return new MappedFile(major << 32 | minor, Long.parseUnsignedLong(fields[4]));
    }
}
