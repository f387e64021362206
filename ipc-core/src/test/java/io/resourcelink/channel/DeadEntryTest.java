package io.resourcelink.channel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

/** What a killed process leaves of a destination that it served with others. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class DeadEntryTest {

    @Test
    void theNextChannelRemovesIt(Path directory) throws Exception {
        Path channels = directory.resolve("channels");
        try (PeerProcess peer = PeerProcess.start(ServingPeer.class, List.of(), directory.toString(), "subscribe",
                Files.createFile(directory.resolve(".history")).toString(), "0", "10")) {
            peer.expect("ready");
            peer.kill();
        }
        Files.delete(directory.resolve(".history"));
        Files.delete(directory.resolve("segments"));
        assertThat(ChannelInfo.list(channels)).singleElement().returns("news", ChannelInfo::destination)
                .returns(DestinationKind.TOPIC, ChannelInfo::kind).returns(false, ChannelInfo::alive);
        Channel.builder().directory(channels).open().close();
        try (Stream<Path> left = Files.walk(channels)) {
            assertThat(left.toList()).containsExactly(channels);
        }
    }
}
