package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the names in a directory, getdents(2). Leaves out those that begin with a dot. */
final class Listing {

    private static final int BUFFER_SIZE = 32 << 10;

    // struct linux_dirent64: length at 16, type at 18, name from 19 on.
    private static final long LENGTH = 16;
    private static final long TYPE = 18;
    private static final long NAME = 19;

    // dirent.h. A file system that does not say what an entry is says DT_UNKNOWN, 0.
    private static final byte DT_UNKNOWN = 0;
    private static final byte DT_DIR = 4;

    private Listing() {}

    /** Reads the names of all files that are no directories from a descriptor, and closes it. */
    static List<String> files(CallFrame frame, int fd, String path) {
        return read(frame, fd, path, false);
    }

    /** Reads the names of all subdirectories from a descriptor, and closes it. */
    static List<String> directories(CallFrame frame, int fd, String path) {
        return read(frame, fd, path, true);
    }

    private static List<String> read(CallFrame frame, int fd, String path, boolean directories) {
        try {
            List<String> names = new ArrayList<>();
            MemorySegment buffer = frame.allocate(BUFFER_SIZE);
            for (;;) {
                long filled = Libc.getdents64(frame, fd, buffer);
                if (filled < 0) {
                    throw Errno.failure("getdents64", filled, path);
                }
                if (filled == 0) {
                    return names;
                }
                addNames(buffer, filled, names, directories);
            }
        } finally {
            Libc.close(frame, fd);
        }
    }

    private static void addNames(MemorySegment buffer, long filled, List<String> names, boolean directories) {
        for (long at = 0; at < filled; at += Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + LENGTH))) {
            if (buffer.get(ValueLayout.JAVA_BYTE, at + NAME) != '.'
                    && isWanted(buffer.get(ValueLayout.JAVA_BYTE, at + TYPE), directories)) {
                String name = buffer.getString(at + NAME, StandardCharsets.UTF_8);
                if (name.indexOf('\uFFFD') < 0 || isExactly(name, buffer.asSlice(at + NAME))) {
                    names.add(name);
                }
            }
        }
    }

    private static boolean isWanted(byte type, boolean directories) {
        return type == DT_UNKNOWN || (type == DT_DIR) == directories;
    }

    /** A replacement character belongs to the name, or takes the place of bytes that are not UTF-8. */
    private static boolean isExactly(String name, MemorySegment bytes) {
        MemorySegment encoded = MemorySegment.ofArray(name.getBytes(StandardCharsets.UTF_8));
        return bytes.asSlice(0, encoded.byteSize()).mismatch(encoded) < 0 && bytes.get(ValueLayout.JAVA_BYTE,
                encoded.byteSize()) == 0;
    }
}
