package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.ChannelPeer.Carrier;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.memory.SharedMemory;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static io.resourcelink.channel.Ends.assertEmpty;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Channels of several processes, which end as they please, or are killed. */
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class ChannelProcessIT {

    private static final Carrier NOTHING = new Carrier(List.of(), List.of());

    private Channel channel;
    private Subchannel<Integer> numbers;
    private PeerProcess peer;
    private SubSender<Carrier> toPeer;

    @BeforeEach
    void start(Path directory) throws Exception {
        channel = Channel.builder().directory(directory.resolve("channels")).open();
        numbers = channel.subchannel(Integer.class);
        peer = ChannelPeer.start(directory.resolve("channels"));
        toPeer = channel.connect(peer.readLine(), Carrier.class);
    }

    @AfterEach
    void stop(Path directory) throws Exception {
        channel.close();
        peer.kill();
        peer.close();
        // Who opens a channel next removes the socket of who was killed.
        Channel.builder().directory(directory.resolve("channels")).open().close();
    }

    /** Gives the peer the only sender there is, behind another message. */
    private void giveAway() throws Exception {
        toPeer.send(NOTHING);
        assertThat(peer.ask("accept")).isEqualTo("ok");
        toPeer.send(Carrier.of(numbers.sender()));
        numbers.sender().close();
    }

    @Test
    @DisplayName("43: a child takes a sender, sends 42 by it and ends well")
    void aChildUsesASender() throws Exception {
        giveAway();
        assertThat(peer.ask("receive")).isEqualTo("ok");
        assertThat(peer.ask("send 42")).isEqualTo("ok");
        peer.close();
        assertThat(peer.waitFor()).isZero();
        assertThat(numbers.receiver().receive()).isEqualTo(42);
        assertDisconnected(numbers.receiver());
    }

    @Test
    @DisplayName("46: the sender's process is killed: disconnected, after what it had sent")
    void theSendersProcessIsKilled() throws Exception {
        giveAway();
        peer.ask("receive");
        for (int i = 0; i < 100; i++) {
            assertThat(peer.ask("send " + i)).isEqualTo("ok");
        }
        peer.kill();
        for (int i = 0; i < 100; i++) {
            assertThat(numbers.receiver().receive()).isEqualTo(i);
        }
        assertDisconnected(numbers.receiver());
    }

    @Test
    @DisplayName("50: the receiver's process is killed: sending fails, also for who waits for room")
    void theReceiversProcessIsKilled() throws Exception {
        giveAway();
        try (Crew crew = new Crew()) {
            Future<Void> sending = crew.run(() -> {
                for (;;) {
                    toPeer.send(NOTHING);
                }
            });
            crew.awaitWaiting();
            peer.kill();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(sending::get)
                    .withCauseInstanceOf(DisconnectedException.class);
        }
        assertDisconnected(toPeer, NOTHING);
    }

    @Test
    @DisplayName("54: a process ends before it receives a sender: disconnected")
    void theProcessEndsBeforeItReceives() throws Exception {
        giveAway();
        peer.close();
        assertThat(peer.waitFor()).isZero();
        assertDisconnected(numbers.receiver());
    }

    @Test
    @DisplayName("55: a process is killed before it receives a sender, which is found by asking again and again")
    void theEndIsFoundByAsking() throws Exception {
        giveAway();
        assertThat(peer.ask("await 1")).isEqualTo("ok");
        assertEmpty(numbers.receiver());
        peer.kill();
        Deadline.awaitTrue("disconnected", () -> {
            try {
                return numbers.receiver().tryReceive().isPresent();
            } catch (DisconnectedException _) {
                return true;
            }
        });
        assertDisconnected(numbers.receiver());
    }

    @Test
    @DisplayName("56: a process is killed before it receives a sender: who waits is told")
    void whoWaitsIsTold() throws Exception {
        giveAway();
        try (Crew crew = new Crew()) {
            Future<Integer> waiting = crew.call(() -> numbers.receiver().receive());
            crew.awaitWaiting();
            peer.kill();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(waiting::get)
                    .withCauseInstanceOf(DisconnectedException.class);
        }
    }

    @Test
    void whoConnectsToAProcessThatIsStoppedGivesUpInTimeAndMayTryAgain(Path directory) throws Exception {
        assertThat(peer.ask("serve numbers")).isEqualTo("ok");
        try (Channel another = Channel.builder().directory(directory.resolve("channels")).open()) {
            peer.suspend();
            assertThatExceptionOfType(UnresponsiveException.class)
                    .isThrownBy(() -> another.connect("numbers", Carrier.class, Duration.ofMillis(100)))
                    .withMessageContaining("numbers");
            peer.resume();
            try (SubSender<Carrier> sender = another.connect("numbers", Carrier.class, Duration.ofSeconds(60))) {
                sender.send(NOTHING);
            }
            assertThat(peer.ask("receive")).isEqualTo("ok");
        }
    }

    /** Whichever way: by SIGKILL, or by returning from main. */
    private void end(boolean killed) throws InterruptedException {
        if (killed) {
            peer.kill();
        } else {
            peer.close();
        }
    }

    @ParameterizedTest(name = "killed: {0}")
    @ValueSource(booleans = { true, false })
    @DisplayName("58: a process ends when it has received a sender that it never uses: disconnected")
    void theProcessEndsWithASender(boolean killed) throws Exception {
        giveAway();
        assertThat(peer.ask("receive")).isEqualTo("ok");
        assertEmpty(numbers.receiver());
        end(killed);
        assertDisconnected(numbers.receiver());
    }

    @ParameterizedTest(name = "killed: {0}")
    @ValueSource(booleans = { true, false })
    @DisplayName("59: a process ends with a sender in a queue that it never reads: disconnected")
    void theProcessEndsBeforeItReads(boolean killed) throws Exception {
        giveAway();
        assertThat(peer.ask("await 1")).isEqualTo("ok");
        assertEmpty(numbers.receiver());
        end(killed);
        assertDisconnected(numbers.receiver());
    }

    private static void assertSameContent(List<SharedMemory> got, SharedMemory... sent) {
        assertThat(got).zipSatisfy(List.of(sent), (one, other) -> assertThat(one.contentEquals(other)).isTrue());
    }

    @Test
    @DisplayName("80: regions go to a process and back, the same one and a new one, first and later messages")
    void regionsGoThereAndBack() throws Exception {
        try (OneShotServer<Carrier> answers = channel.oneShotServer(Carrier.class);
                SharedMemory one = SharedMemory.fromBytes(new byte[]{ 1, 2, 3 });
                SharedMemory two = SharedMemory.fromByte((byte) 2, 1 << 20);
                SharedMemory fresh = SharedMemory.fromByte((byte) 80, 100_000)) {
            toPeer.send(new Carrier(List.of(), List.of(one)));
            assertThat(peer.ask("accept")).isEqualTo("ok");
            assertThat(peer.ask("connect " + answers.name())).isEqualTo("ok");
            toPeer.send(new Carrier(List.of(), List.of(one, two)));
            assertThat(peer.ask("echo")).isEqualTo("ok");
            OneShotServer.Accepted<Carrier> accepted = answers.accept();
            assertSameContent(accepted.first().regions(), one, fresh);
            Carrier second = accepted.receiver().receive();
            assertSameContent(second.regions(), two, fresh);
            peer.kill();
            assertSameContent(second.regions(), two, fresh);
            accepted.first().regions().forEach(SharedMemory::close);
            second.regions().forEach(SharedMemory::close);
            assertDisconnected(accepted.receiver());
        }
    }

    @Test
    @DisplayName("86: a child connects by the name in its arguments, sends and ends well")
    void aChildConnectsByName(Path directory) throws Exception {
        try (OneShotServer<Integer> server = channel.oneShotServer(Integer.class);
                PeerProcess child = ChannelPeer.start(directory.resolve("channels"), server.name())) {
            OneShotServer.Accepted<Integer> accepted = server.accept();
            assertThat(accepted.first()).isEqualTo(42);
            assertDisconnected(accepted.receiver());
            assertThat(child.waitFor()).isZero();
        }
    }

    @Test
    @DisplayName("88: a child sends a sender, the parent uses it, and the child answers on a second server")
    void aRoundTrip() throws Exception {
        try (OneShotServer<Carrier> offers = channel.oneShotServer(Carrier.class);
                OneShotServer<Carrier> answers = channel.oneShotServer(Carrier.class)) {
            assertThat(peer.ask("connect " + offers.name())).isEqualTo("ok");
            assertThat(peer.ask("offer")).isEqualTo("ok");
            OneShotServer.Accepted<Carrier> offer = offers.accept();
            try (SubSender<Integer> toChild = offer.first().senders().getFirst()) {
                toChild.send(88);
                assertThat(peer.ask("take")).isEqualTo("88");
                assertThat(peer.ask("connect " + answers.name())).isEqualTo("ok");
                assertThat(peer.ask("offer")).isEqualTo("ok");
                try (SubSender<Integer> second = answers.accept().first().senders().getFirst()) {
                    second.send(89);
                    assertThat(peer.ask("take")).isEqualTo("89");
                }
                peer.kill();
                assertDisconnected(toChild, 1);
            }
        }
    }
}
