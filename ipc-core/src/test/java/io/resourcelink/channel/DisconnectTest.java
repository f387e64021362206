package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static io.resourcelink.channel.Ends.assertEmpty;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Who is told of whose end. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class DisconnectTest {

    private final Placement placement;
    private Crossing crossing;

    DisconnectTest(Placement placement) {
        this.placement = placement;
    }

    record Carrier(SubSender<Integer> sender) {}

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    @Test
    @DisplayName("44, 49: closing what was received, with no sender left, disconnects")
    void theLastSenderMayHaveTravelled() throws Exception {
        try (Subchannel<Carrier> carriers = crossing.open(Carrier.class);
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            carriers.sender().send(new Carrier(numbers.sender()));
            numbers.sender().close();
            carriers.receiver().receive().sender().close();
            assertDisconnected(numbers.receiver());
        }
    }

    @Test
    @DisplayName("45: a sender that has travelled is told that its receiver was closed")
    void aSenderThatHasTravelledIsTold() throws Exception {
        try (Subchannel<Carrier> carriers = crossing.open(Carrier.class);
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            carriers.sender().send(new Carrier(numbers.sender()));
            try (SubSender<Integer> got = carriers.receiver().receive().sender()) {
                got.send(1);
                assertThat(numbers.receiver().receive()).isEqualTo(1);
                numbers.receiver().close();
                assertDisconnected(got, 2);
            }
        }
    }

    @Test
    @DisplayName("46: without its only sender a receiver is disconnected, be the sender's channel kept or closed")
    @SuppressWarnings("try") // closed early on purpose
    void theOnlySenderIsClosed() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.sender().close();
            assertDisconnected(numbers.receiver());
        }
        try (Channel other = crossing.another();
                OneShotServer<Integer> server = crossing.far().oneShotServer(Integer.class)) {
            other.connect(server.name(), Integer.class).send(46);
            SubReceiver<Integer> receiver = server.accept().receiver();
            other.close();
            assertDisconnected(receiver);
            receiver.close();
        }
    }

    @Test
    @DisplayName("47: the end of one subchannel is nothing to its siblings")
    void anEndIsNothingToSiblings() throws Exception {
        try (Subchannel<Integer> one = crossing.open(Integer.class);
                Subchannel<Integer> two = crossing.open(Integer.class);
                Subchannel<Integer> three = crossing.open(Integer.class)) {
            one.sender().close();
            assertDisconnected(one.receiver());
            three.sender().send(3);
            three.receiver().close();
            two.sender().send(47);
            assertThat(two.receiver().receive()).isEqualTo(47);
            assertEmpty(two.receiver());
        }
    }

    @Test
    @DisplayName("48: once all copies are closed it is disconnected")
    void allCopiesAreClosed() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            List<SubSender<Integer>> copies = List.of(numbers.sender(), numbers.sender().retain(),
                    numbers.sender().retain());
            for (SubSender<Integer> copy : copies) {
                assertEmpty(numbers.receiver());
                copy.close();
            }
            assertDisconnected(numbers.receiver());
        }
    }

    @Test
    @DisplayName("50: without receiver sending fails, again and again, and never blocks; its channel kept or closed")
    void theReceiverIsClosed() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.receiver().close();
            assertDisconnected(numbers.sender(), 50);
        }
        Channel other = crossing.another();
        try (Subchannel<Integer> numbers = other.subchannel(Integer.class);
                SubSender<Integer> sender = crossing.bring(numbers.sender())) {
            sender.send(1);
            assertThat(numbers.receiver().receive()).isEqualTo(1);
            other.close();
            if (crossing.near() != crossing.far()) {
                assertDisconnected(sender, 50);
            }
        }
    }

    @Test
    @DisplayName("50: who waits for room is told that the receiver was closed")
    void whoWaitsForRoomIsTold() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(MessageType.of(Integer.class), new Credits(1, 1, 1));
                Crew crew = new Crew()) {
            numbers.sender().send(1);
            Future<Void> sending = crew.run(() -> numbers.sender().send(2));
            crew.awaitWaiting();
            numbers.receiver().close();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(sending::get)
                    .withCauseInstanceOf(DisconnectedException.class);
        }
    }

    @Test
    @DisplayName("51, 52: a sender is lost with the receiver that it was on its way to")
    void aSenderIsLostWithItsCarrier() throws Exception {
        try (Subchannel<Carrier> carriers = crossing.open(Carrier.class);
                Subchannel<Integer> home = crossing.near().subchannel(Integer.class);
                Subchannel<Integer> there = crossing.open(Integer.class)) {
            carriers.sender().send(new Carrier(home.sender()));
            carriers.sender().send(new Carrier(there.sender()));
            home.sender().close();
            there.sender().close();
            assertEmpty(home.receiver());
            assertEmpty(there.receiver());
            carriers.receiver().close();
            assertDisconnected(home.receiver());
            assertDisconnected(there.receiver());
        }
    }

    @Test
    @DisplayName("52: a sender is lost with the channel that it was on its way to")
    void aSenderIsLostWithTheChannel() throws Exception {
        Channel other = crossing.another();
        try (Subchannel<Carrier> carriers = other.subchannel(Carrier.class);
                SubSender<Carrier> toOther = other == crossing.near()
                        ? carriers.sender()
                        : crossing.bring(carriers.sender());
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            toOther.send(new Carrier(numbers.sender()));
            numbers.sender().close();
            assertEmpty(numbers.receiver());
            other.close();
            assertDisconnected(numbers.receiver());
        }
    }

    @Test
    @DisplayName("53: a sender that was passed on is lost with the receiver that it was on its way to")
    void aSenderIsLostBehindAMiddle() throws Exception {
        try (Channel middle = crossing.another();
                Subchannel<Carrier> first = middle.subchannel(Carrier.class);
                SubSender<Carrier> toMiddle = crossing.bring(first.sender());
                Subchannel<Carrier> second = crossing.far().subchannel(Carrier.class);
                Subchannel<SubSender<Carrier>> contact = middle.subchannel(new MessageType<>() {
                });
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            contact.sender().send(second.sender());
            toMiddle.send(new Carrier(numbers.sender()));
            numbers.sender().close();
            try (SubSender<Carrier> onward = contact.receiver().receive();
                    SubSender<Integer> passing = first.receiver().receive().sender()) {
                onward.send(new Carrier(passing));
            }
            assertEmpty(numbers.receiver());
            second.receiver().close();
            assertDisconnected(numbers.receiver());
        }
    }

    @Test
    @DisplayName("60: senders in a message that nobody can receive any more are lost, and its sender is told")
    void sendersInAMessageForNobodyAreLost() throws Exception {
        try (Subchannel<List<Carrier>> carriers = crossing.open(new MessageType<>() {
        });
                Subchannel<Integer> one = crossing.near().subchannel(Integer.class);
                Subchannel<Integer> two = crossing.open(Integer.class)) {
            carriers.receiver().close();
            assertDisconnected(carriers.sender(), List.of(new Carrier(one.sender()), new Carrier(two.sender())));
            assertEmpty(one.receiver());
            one.sender().close();
            two.sender().close();
            assertDisconnected(one.receiver());
            assertDisconnected(two.receiver());
        }
    }

    @Test
    @DisplayName("63: sending fails once the receiver is closed, unreceived messages or not, also for who is at it")
    void sendingFailsOnceTheReceiverIsClosed() throws Exception {
        for (int before : List.of(0, 1, 100)) {
            try (Subchannel<byte[]> bytes = crossing.open(byte[].class); Crew crew = new Crew()) {
                CountDownLatch sent = new CountDownLatch(before);
                Future<Void> sending = crew.run(() -> {
                    for (;;) {
                        bytes.sender().send(new byte[20_000]);
                        sent.countDown();
                    }
                });
                sent.await();
                bytes.receiver().close();
                assertThatExceptionOfType(ExecutionException.class).isThrownBy(sending::get)
                        .withCauseInstanceOf(DisconnectedException.class);
            }
        }
    }

    @Test
    @DisplayName("64: what was sent just before the sender, or its channel, was closed is received")
    @SuppressWarnings("try") // closed early on purpose
    void theLastMessageIsReceived() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Channel other = crossing.another();
                    OneShotServer<Integer> server = crossing.far().oneShotServer(Integer.class)) {
                SubSender<Integer> sender = other.connect(server.name(), Integer.class);
                sender.send(i);
                sender.send(-i);
                if (i % 2 == 0) {
                    sender.close();
                }
                other.close();
                OneShotServer.Accepted<Integer> accepted = server.accept();
                assertThat(accepted.first()).isEqualTo(i);
                assertThat(accepted.receiver().receive()).isEqualTo(-i);
                assertDisconnected(accepted.receiver());
                accepted.receiver().close();
            }
        }
    }

    @Test
    @DisplayName("65: a sender can be copied when its receiver is gone")
    void aSenderCanBeCopiedWithoutReceiver() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.receiver().close();
            assertDisconnected(numbers.sender(), 65);
            try (SubSender<Integer> copy = numbers.sender().retain()) {
                numbers.sender().close();
                assertDisconnected(copy, 65);
            }
        }
    }
}
