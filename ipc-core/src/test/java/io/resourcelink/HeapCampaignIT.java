package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes whose heap runs out again and again, and which must work as before when it does not any more. What the JDK itself
 * has lost is printed, and no failure. {@code -Dipc.heap.runs=20 -Dipc.heap.millis=15000} asks for more and longer runs.
 */
@ExtendWith(SharedMemoryDirectory.class)
class HeapCampaignIT {

    private static final int RUNS = Effort.of("ipc.heap.runs", 1, 4);
    private static final long MILLIS = Long.getLong("ipc.heap.millis", 4_000);

    @Test
    void everythingWorksAgainAfterAShortage(Path directory) throws Exception {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build()) {
            for (int run = 0; run < RUNS; run++) {
                long seed = ThreadLocalRandom.current().nextLong();
                List<String> lines = run(directory, seed);
                System.out.println("Run " + (run + 1) + " of " + RUNS + ", seed " + seed + ": " + lines);
                assertThat(lines).as("seed %d", seed).isNotEmpty().last().asString().startsWith("ok");
                factory.collectOrphans(Duration.ZERO);
                assertThat(factory.list()).isEmpty();
            }
        }
    }

    private static List<String> run(Path directory, long seed) throws Exception {
        List<String> command = new ArrayList<>(PeerProcess.java(HeapShortage.class));
        // With the collector that an application has.
        command.remove("-XX:+UseSerialGC");
        command.replaceAll(option -> option.startsWith("-Xmx") ? "-Xmx24m" : option);
        command.addAll(List.of(directory.toString(), Long.toString(MILLIS), Long.toString(seed)));
        List<String> lines = new ArrayList<>();
        try (PeerProcess process = PeerProcess.start(command)) {
            for (String line = process.readLine(); line != null; line = process.readLine()) {
                lines.add(line);
            }
        }
        return lines;
    }
}
