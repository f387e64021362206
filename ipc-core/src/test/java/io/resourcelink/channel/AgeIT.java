package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** How old a message is in another process. */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class AgeIT {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final List<String> AHEAD = List.of("unshare", "--user", "--map-root-user", "--time", "--monotonic",
            "100000");

    @Test
    void whatLiesInTheSocketOfAStoppedProcessGetsOlder(Path directory) throws Exception {
        try (PeerProcess consumer = consumer(directory, List.of());
                Channel channel = Channel.builder().directory(directory.resolve("channels")).open();
                SubSender<Integer> sender = channel.connect(ServingPeer.WORK, ServingPeer.NUMBERS)) {
            consumer.suspend();
            long sent = System.nanoTime();
            sender.send(1, SendOptions.DEFAULT.maxAge(SHORT));
            sender.send(2, SendOptions.DEFAULT.maxAge(Duration.ofHours(1)));
            Deadline.awaitTrue("it is too old", () -> System.nanoTime() - sent > SHORT.toNanos());
            consumer.resume();
            Deadline.awaitTrue("the second one is handled",
                    () -> consumer.ask("report").contains("handled 1 "));
            assertThat(consumer.ask("report")).contains("expired 1 last 2");
        }
        assertThat(ServingHistory.take(directory.resolve("segments")).expired()).isEqualTo(1);
    }

    @Test
    void aProcessWhoseClockIsAheadTakesNothingForOlder(Path directory) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", String.join(" ", AHEAD) + " true").redirectErrorStream(true)
                .start();
        process.getInputStream().readAllBytes();
        assumeTrue(process.waitFor() == 0, "unshare --user --time is refused here");
        try (PeerProcess consumer = consumer(directory, AHEAD);
                Channel channel = Channel.builder().directory(directory.resolve("channels")).open();
                SubSender<Integer> sender = channel.connect(ServingPeer.WORK, ServingPeer.NUMBERS)) {
            sender.send(1, SendOptions.DEFAULT.maxAge(Duration.ofHours(20)));
            sender.send(2, SendOptions.DEFAULT.maxAge(SHORT).age(SHORT.plusSeconds(1)));
            sender.send(3, SendOptions.DEFAULT.maxAge(Duration.ofHours(20)));
            Deadline.awaitTrue("two are handled", () -> consumer.ask("report").contains("handled 2 "));
            assertThat(consumer.ask("report")).contains(" expired 1 ");
        }
        // Two threads handle them in any order.
        assertThat(ServingHistory.take(directory.resolve("segments")).handled()).containsOnlyKeys(1, 3);
    }

    private static PeerProcess consumer(Path directory, List<String> prefix) throws IOException {
        Path segments = Files.createDirectories(directory.resolve("segments"));
        PeerProcess consumer = PeerProcess.start(ServingPeer.class, prefix, directory.toString(), "consume",
                ServingHistory.file(segments, 0).toString(), "0", "16");
        consumer.expect("ready");
        return consumer;
    }
}
