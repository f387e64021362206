package io.resourcelink.benchmark.handoff;

import java.nio.file.Path;

/**
 * Payloads of one size handed over in one way: what both halves know.
 *
 * @param directory a directory in shared memory for this session alone, empty at first
 * @param bytes how large a payload is, a multiple of 64
 * @param read how many of its bytes, from its start, a consumer reads
 * @param consumers how many consumers get each payload
 * @param address the port of the half that was opened first, or what else it says about itself
 */
record Session(Path directory, int bytes, int read, int consumers, long address) {

    /** For {@link #parse}. */
    String command() {
        return directory + " " + bytes + " " + read + " " + consumers + " " + address;
    }

    static Session parse(String directory, String... numbers) {
        return new Session(Path.of(directory), Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]),
                Integer.parseInt(numbers[2]), Long.parseLong(numbers[3]));
    }

    Session at(long where) {
        return new Session(directory, bytes, read, consumers, where);
    }
}
