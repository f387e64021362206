package io.resourcelink.benchmark.channel;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.resourcelink.benchmark.CProgram;
import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.Mode;

/** The floor of small messages: the system calls of two connected channels in C, with packets of the same size. */
final class ChannelFloor implements AutoCloseable {

    private static final String SOURCE = "channel-floor.c";

    private final CProgram program;

    private ChannelFloor(CProgram program) {
        this.program = program;
    }

    /** Compiles and starts it, if there is a compiler. */
    static Optional<ChannelFloor> start() throws IOException, InterruptedException {
        return CProgram.start(SOURCE, List.of()).map(ChannelFloor::new);
    }

    /** {@return its name in the results} */
    static String name(Mode mode) {
        return "the channel's system calls in C, " + mode.label();
    }

    /** {@return its names, in the order of the tables} */
    static List<String> names() {
        return Arrays.stream(Mode.values()).map(ChannelFloor::name).toList();
    }

    /** Measures so many messages of a workload there and back, and as many one way. */
    void measure(Workload workload, int count, Figures figures) throws IOException {
        for (Mode mode : Mode.values()) {
            String rest = " " + mode.label() + " " + workload.size() + " " + count;
            figures.add(workload.label(), name(mode), "us", program.ask("returned" + rest));
            figures.add(workload.label(), name(mode), Caller.RATE, program.ask("streamed" + rest));
        }
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
