package io.resourcelink.benchmark.handoff;

import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Payloads of one size, or of sizes drawn at random, handed over in one way: what both halves know.
 *
 * @param directory a directory in shared memory for this session alone, empty at first
 * @param smallest how large the smallest payload may be, a multiple of 64
 * @param bytes how large the largest payload may be, a multiple of 64
 * @param read how many of its bytes, from its start, a consumer reads; all of it if it has fewer
 * @param consumers how many consumers get each payload
 * @param address the port of the half that was opened first, or what else it says about itself
 */
record Session(Path directory, int smallest, int bytes, int read, int consumers, long address) {

    /**
     * Returns how large a payload is. Both halves draw the same numbers.
     *
     * @param number of the payload in this session
     */
    int size(int number) {
        return smallest == bytes
                ? bytes
                : new SplittableRandom(number).nextInt(smallest / Checksum.CACHE_LINE, bytes / Checksum.CACHE_LINE + 1)
                        * Checksum.CACHE_LINE;
    }

    /** For {@link #parse}. */
    String command() {
        return directory + " " + smallest + " " + bytes + " " + read + " " + consumers + " " + address;
    }

    static Session parse(String directory, String... numbers) {
        return new Session(Path.of(directory), Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]),
                Integer.parseInt(numbers[2]), Integer.parseInt(numbers[3]), Long.parseLong(numbers[4]));
    }

    Session at(long where) {
        return new Session(directory, smallest, bytes, read, consumers, where);
    }
}
