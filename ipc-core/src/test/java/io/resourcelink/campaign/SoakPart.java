package io.resourcelink.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

import io.resourcelink.PeerProcess;

/**
 * A process that works without a pause, and whose memory, descriptors, mappings and threads must stay as they are. The last seed's samples
 * and their chart are part of the documentation.
 */
public final class SoakPart implements Part {

    private final int seconds;

    /**
     * Makes the part.
     *
     * @param seconds how long a seed takes
     */
    public SoakPart(int seconds) {
        this.seconds = seconds;
    }

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public Outcome run(long seed) throws Exception {
        Outcome outcome = new Outcome();
        List<Sample> samples = new ArrayList<>();
        try (Scratch scratch = Scratch.make()) {
            scratch.directory("segments");
            List<String> command = new ArrayList<>(PeerProcess.java(SoakPeer.class));
            // With the compilers that a long life is worth.
            command.remove("-XX:TieredStopAtLevel=1");
            command.addAll(List.of(scratch.path().toString(), Integer.toString(seconds), Long.toString(seed)));
            try (PeerProcess peer = PeerProcess.start(command)) {
                for (String line = peer.readLine(); line != null; line = peer.readLine()) {
                    samples.add(Sample.parse(line));
                }
                int code = peer.waitFor();
                if (code != 0) {
                    outcome.violation("the process has ended with " + code);
                }
            }
            scratch.expectNothing("segments", outcome);
            scratch.expectNothing("channels", outcome);
        }
        if (samples.isEmpty()) {
            return outcome.count("operations", 0);
        }
        // Kept memory is bounded by 512 MiB on either side, and the heap by 256 MiB.
        flat("memory", samples, Sample::memory, 64 << 10, outcome);
        flat("descriptors", samples, Sample::descriptors, 16, outcome);
        flat("mappings", samples, Sample::mappings, 64, outcome);
        flat("threads", samples, Sample::threads, 2, outcome);
        StringBuilder lines = new StringBuilder(Sample.HEADER + "\n");
        samples.forEach(sample -> lines.append(sample.line()).append('\n'));
        outcome.attach("images/soak.csv", lines.toString()).attach("images/soak.svg", new SoakChart(samples).svg());
        return outcome.count("operations", samples.getLast().operations()).count("samples", samples.size());
    }

    /** The most of the last third is no more than the most of the second, but for what chance may add. The first warms up. */
    static void flat(String what, List<Sample> samples, ToLongFunction<Sample> value, long slack, Outcome outcome) {
        int third = samples.size() / 3;
        long middle = samples.subList(third, 2 * third).stream().mapToLong(value).max().orElse(0);
        long last = samples.subList(2 * third, samples.size()).stream().mapToLong(value).max().orElse(0);
        if (third > 0 && last > middle + middle / 10 + slack) {
            outcome.violation(what + " has grown from " + middle + " to " + last);
        }
    }
}
