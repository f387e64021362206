package io.resourcelink.benchmark.channel;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.resourcelink.benchmark.CProgram;
import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.Mode;

/** The floor of messages: the system calls of two connected channels in C, with the same bytes, in packets or in regions. */
final class ChannelFloor implements AutoCloseable {

    private static final String SOURCE = "channel-floor.c";
    private static final String LABEL = "the channel's system calls in C";

    private final CProgram program;

    private ChannelFloor(CProgram program) {
        this.program = program;
    }

    /** Compiles and starts it, if there is a compiler. */
    static Optional<ChannelFloor> start() throws IOException, InterruptedException {
        return CProgram.start(SOURCE, List.of()).map(ChannelFloor::new);
    }

    /** {@return its name in the results, beside a channel as it comes} */
    static String name(Mode mode) {
        return LABEL + ", " + mode.label();
    }

    /** {@return its name in the results, beside a channel with regions that go round} */
    static String recycled(Mode mode) {
        return LABEL + ", recycled region, " + mode.label();
    }

    /** {@return its names, in the order of the tables} */
    static List<String> names() {
        return Arrays.stream(Mode.values()).flatMap(mode -> Stream.of(name(mode), recycled(mode))).toList();
    }

    static boolean carries(Workload workload) {
        return workload == Workload.BYTES || workload.isFilled();
    }

    /** Measures so many messages of a workload there and back, and one way. */
    void measure(Workload workload, Peer.Counts counts, Figures figures) throws IOException {
        for (Mode mode : Mode.values()) {
            if (workload.isFilled()) {
                measure(workload, "fresh", mode, name(mode), counts, figures);
                measure(workload, "recycled", mode, recycled(mode), counts, figures);
            } else {
                measure(workload, "bytes", mode, name(mode), counts, figures);
            }
        }
    }

    private void measure(Workload workload, String kind, Mode mode, String way, Peer.Counts counts,
            Figures figures) throws IOException {
        String rest = " " + mode.label() + " " + kind + " " + workload.size() + " ";
        figures.add(workload.label(), way, "us", program.ask("returned" + rest + counts.answered()));
        figures.add(workload.label(), way, Caller.RATE, program.ask("streamed" + rest + counts.streamed()));
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
