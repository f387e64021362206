package io.resourcelink.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

import com.sun.management.ThreadMXBean;

/** What the kernel and the JVM say of a process. */
public final class Processes {

    private Processes() {}

    /**
     * {@return the number behind a word that begins a line of a file in {@code /proc}, if there is one}
     *
     * @param file the file, which may be gone
     * @param word the word
     */
    static OptionalLong number(Path file, String word) {
        try {
            return Files.readString(file).lines().filter(line -> line.startsWith(word))
                    .mapToLong(line -> Long.parseLong(line.substring(word.length()).strip().split(" ", -1)[0]))
                    .findFirst();
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    /** {@return how many bytes all threads of this process have allocated in the heap since it began} */
    public static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
    }
}
