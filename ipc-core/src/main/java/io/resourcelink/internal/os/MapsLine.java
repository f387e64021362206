package io.resourcelink.internal.os;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A mapped file, as one line of {@code /proc/<pid>/maps} shows it, proc_pid_maps(5).
 *
 * @param shared whether what the process writes goes into the file
 * @param device the file system it is on, as {@link FileStatus#device} has it
 * @param inode its number there
 */
public record MapsLine(boolean shared, long device, long inode) {

    private static final Pattern SPACES = Pattern.compile("\\s+");

    /**
     * Reads a line: {@code address-address permissions offset major:minor inode path}. All numbers but the inode are
     * hexadecimal.
     *
     * @param line the line
     * @return the mapping, or {@code null} if it is of no file
     */
    public static @Nullable MapsLine parse(String line) {
        String[] fields = SPACES.split(line, 6);
        if (fields.length < 5 || fields[4].equals("0")) {
            return null;
        }
        int colon = fields[3].indexOf(':');
        long major = Long.parseLong(fields[3], 0, colon, 16);
        long minor = Long.parseLong(fields[3], colon + 1, fields[3].length(), 16);
        return new MapsLine(fields[1].endsWith("s"), major << 32 | minor, Long.parseUnsignedLong(fields[4]));
    }
}
