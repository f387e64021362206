package io.resourcelink.sample.viewer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says about the memory of this process. */
final class Mappings {

    private static final int INODE = 4;

    private Mappings() {}

    /**
     * {@return the inode of the file that is mapped where memory is} In {@code /proc/self/maps}, its line is
     * {@code 7f00-7f80 r--s 00000000 00:1a 1234    /dev/shm/ipc-1000/frame}.
     */
    static long inode(MemorySegment memory) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            String[] words = line.split("\\s+", -1);
            int dash = words[0].indexOf('-');
            if (Long.compareUnsigned(Long.parseUnsignedLong(words[0], 0, dash, 16), memory.address()) <= 0
                    && Long.compareUnsigned(memory.address(),
                            Long.parseUnsignedLong(words[0], dash + 1, words[0].length(), 16)) < 0) {
                return Long.parseLong(words[INODE]);
            }
        }
        throw new IllegalStateException("Nothing is mapped at " + memory + ".");
    }
}
