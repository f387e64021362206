package io.resourcelink.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The floor of single operations: their system calls in C, in a directory of its own. */
final class Floor implements AutoCloseable {

    private static final String SOURCE = "floor.c";

    private final ScratchDirectory directory;
    private final CProgram program;

    private Floor(ScratchDirectory directory, CProgram program) {
        this.directory = directory;
        this.program = program;
    }

    /** Compiles and starts it, if there is a compiler. */
    static Optional<Floor> start() throws IOException, InterruptedException {
        ScratchDirectory directory = new ScratchDirectory();
        Optional<Floor> floor = Optional.empty();
        try {
            floor = CProgram.start(SOURCE, List.of(directory.path().toString()))
                    .map(program -> new Floor(directory, program));
            return floor;
        } finally {
            if (floor.isEmpty()) {
                directory.close();
            }
        }
    }

    /**
     * Does an operation so many times. Answers the microseconds that one takes.
     *
     * @throws IOException if the program has failed; it has said why on the standard error
     */
    double micros(String operation, int times) throws IOException {
        return program.ask(operation + " " + times) / 1e3;
    }

    @Override
    public void close() throws IOException {
        try (directory) {
            program.close();
        }
    }
}
