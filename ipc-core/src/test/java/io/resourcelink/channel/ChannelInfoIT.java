package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Who serves what, as another process sees it. */
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class ChannelInfoIT {

    private Path channels;

    @BeforeEach
    void choose(Path directory) {
        channels = directory.resolve("channels");
    }

    /** A channel that is opened next removes the names of a process that was killed. */
    @AfterEach
    void removeNames() {
        if (Files.exists(channels)) {
            Channel.builder().directory(channels).open().close();
        }
    }

    @Test
    void withoutADirectoryThereIsNothingAndNoneIsMade() {
        assertThat(ChannelInfo.list(channels)).isEmpty();
        assertThat(channels).doesNotExist();
    }

    @Test
    void destinationsComeWithTheProcessThatServesThem() throws IOException, InterruptedException {
        Instant before = Instant.now().minus(Duration.ofSeconds(1));
        try (PeerProcess peer = ChannelPeer.start(channels)) {
            peer.readLine();
            assertThat(peer.ask("serve b")).isEqualTo("ok");
            try (Channel channel = Channel.builder().directory(channels).open();
                    NamedServer<Integer> _ = channel.serve("a", Integer.class)) {
                List<ChannelInfo> found = ChannelInfo.list(channels);

                assertThat(found).extracting(ChannelInfo::destination).containsExactly("a", "b");
                assertThat(found).allMatch(ChannelInfo::alive).allMatch(each -> each.since().isAfter(before));
                assertThat(found.getFirst().pid()).isEqualTo(ProcessHandle.current().pid());
                assertThat(found.getLast().pid()).isEqualTo(peer.pid());
                assertThat(found.getLast().process()).isEqualTo(ChannelPeer.class.getName());
                assertThat(channel.statistics().disconnects()).isZero();
                assertThat(channel.statistics().connections()).isZero();
            }
        }
    }

    @Test
    void aChannelThatServesNothingIsSeenWithoutADestination() throws IOException, InterruptedException {
        try (PeerProcess peer = ChannelPeer.start(channels)) {
            String server = peer.readLine();

            assertThat(ChannelInfo.list(channels)).singleElement().returns(null, ChannelInfo::destination)
                    .returns(server.substring(0, 16), ChannelInfo::address).returns(peer.pid(), ChannelInfo::pid);
        }
    }

    @Test
    void aProcessInANetworkOfItsOwnIsSeen() throws IOException, InterruptedException {
        List<String> container = List.of("unshare", "--user", "--map-root-user", "--net");
        assumeThat(works(container)).as("unshare --user --net works here").isTrue();
        try (PeerProcess peer = PeerProcess.start(ChannelPeer.class, container, channels.toString())) {
            peer.readLine();

            assertThat(ChannelInfo.list(channels)).singleElement().returns(peer.pid(), ChannelInfo::pid);
        }
    }

    private static boolean works(List<String> container) throws InterruptedException {
        List<String> command = new ArrayList<>(container);
        command.add("true");
        try (PeerProcess process = PeerProcess.start(command)) {
            return process.waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void whatADeadProcessHasLeftIsSaidToBeDead() throws IOException, InterruptedException {
        try (PeerProcess peer = ChannelPeer.start(channels)) {
            peer.readLine();
            assertThat(peer.ask("serve a")).isEqualTo("ok");
            peer.kill();
        }
        assertThat(ChannelInfo.list(channels)).singleElement().returns("a", ChannelInfo::destination)
                .returns(false, ChannelInfo::alive).returns(0L, ChannelInfo::pid).returns("", ChannelInfo::process);
        Files.delete(channels.resolve(ChannelInfo.list(channels).getFirst().address()));
        assertThat(ChannelInfo.list(channels)).singleElement().returns(false, ChannelInfo::alive);
    }

    @Test
    void otherFilesAreLeftOut() throws IOException {
        Files.createDirectory(channels);
        Path file = Files.createFile(channels.resolve("0123456789abcdef"));
        Path link = Files.createSymbolicLink(channels.resolve("@a"), Path.of("elsewhere"));

        assertThat(ChannelInfo.list(channels)).isEmpty();

        Files.delete(file);
        Files.delete(link);
        Files.delete(channels);
    }

    @Test
    void aSenderKnowsTheProcessOfItsReceiver() throws IOException, InterruptedException {
        try (PeerProcess peer = ChannelPeer.start(channels);
                Channel channel = Channel.builder().directory(channels).open();
                Subchannel<Integer> own = channel.subchannel(Integer.class);
                SubSender<ChannelPeer.Carrier> sender = channel.connect(peer.readLine(), ChannelPeer.Carrier.class)) {
            assertThat(sender.process()).isEqualTo(peer.pid());
            assertThat(own.sender().process()).isEqualTo(ProcessHandle.current().pid());

            peer.kill();
            Deadline.awaitTrue("the end is noticed", () -> sender.process() == 0);
        }
    }
}
