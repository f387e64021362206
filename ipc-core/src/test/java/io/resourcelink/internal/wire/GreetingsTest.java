package io.resourcelink.internal.wire;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.OneShotServer;
import io.resourcelink.channel.SubSender;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Directory;

import static org.assertj.core.api.Assertions.assertThat;

/** Processes that connect and say nothing cost a bounded number of descriptors, for a bounded time. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class GreetingsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SILENT = 150;

    @Test
    void silentConnectionsAreFewAndNoneStays(Path root) throws Exception {
        List<RawPeer> silent = new ArrayList<>();
        try (Channel channel = Channel.builder().directory(root).open();
                Channel other = Channel.builder().directory(root).open();
                Directory directory = Directory.open(root, 0700);
                OneShotServer<byte[]> serving = channel.oneShotServer(byte[].class);
                OneShotServer<byte[]> second = channel.oneShotServer(byte[].class)) {
            String address = ServerName.parse(serving.name()).address();
            long before = countSockets();
            for (int i = 0; i < SILENT; i++) {
                silent.add(new RawPeer(directory, address));
            }
            try (SubSender<byte[]> sender = other.connect(second.name(), byte[].class)) {
                sender.send(new byte[]{ 1 });
                OneShotServer.Accepted<byte[]> accepted = second.accept(PATIENCE).orElseThrow();
                assertThat(accepted.first()).containsExactly(1);
                accepted.receiver().close();
                // The sender's connection has two ends in this process.
                assertThat(countSockets() - before).isLessThanOrEqualTo(SILENT + 2 + Greetings.MOST);
                Deadline.awaitTrue("the silent connections are closed", () -> countSockets() - before <= SILENT + 2);
            }
        } finally {
            silent.forEach(RawPeer::close);
        }
    }

    private static long countSockets() {
        return Descriptors.count("socket:");
    }
}
