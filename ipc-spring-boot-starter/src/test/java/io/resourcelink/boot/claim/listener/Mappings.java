package io.resourcelink.boot.claim.listener;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.resourcelink.ResourceLink;

/** What the kernel says about mapped files. */
final class Mappings {

    private static final int INODE = 4;

    private Mappings() {}

    /** {@return the inode of the file that is mapped where a payload is, as /proc/self/maps has it} */
    static long inode(ResourceLink link) {
        MemorySegment payload = link.payload();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
                List<String> words = List.of(line.split("\\s+"));
                String[] range = words.getFirst().split("-", 2);
                if (Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), payload.address()) <= 0
                        && Long.compareUnsigned(payload.address(), Long.parseUnsignedLong(range[1], 16)) < 0) {
                    return Long.parseLong(words.get(INODE));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("Nothing is mapped at " + payload);
    }

    /** {@return the inode of a file} */
    static long inode(Path file) throws IOException {
        return (Long) Files.getAttribute(file, "unix:ino");
    }
}
