package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.os.Descriptors;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static io.resourcelink.channel.Ends.assertEmpty;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Senders that travel in messages. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class SenderTransmissionTest {

    private final Placement placement;
    private Crossing crossing;

    SenderTransmissionTest(Placement placement) {
        this.placement = placement;
    }

    record Named(String name, SubSender<Integer> sender) {}

    record Two(SubSender<Integer> first, SubSender<Integer> second) {}

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    @Test
    @DisplayName("26, 40: a sender is a message, or part of one; what arrives works, several messages in order")
    void aSenderIsAMessageOrPartOfOne() throws Exception {
        try (Subchannel<SubSender<Integer>> alone = crossing.open(new MessageType<>() {
        });
                Subchannel<Named> beside = crossing.open(Named.class);
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            alone.sender().send(numbers.sender());
            beside.sender().send(new Named("name", numbers.sender()));
            Named named = beside.receiver().receive();
            assertThat(named.name()).isEqualTo("name");
            try (SubSender<Integer> one = alone.receiver().receive(); SubSender<Integer> two = named.sender()) {
                for (int i = 0; i < 10; i++) {
                    (i % 2 == 0 ? one : two).send(i);
                }
            }
            for (int i = 0; i < 10; i++) {
                assertThat(numbers.receiver().receive()).isEqualTo(i);
            }
        }
    }

    @Test
    @DisplayName("27: two senders in a message reach their own receivers")
    void twoSendersReachTheirOwnReceivers() throws Exception {
        try (Subchannel<Two> pairs = crossing.open(Two.class);
                Subchannel<Integer> one = crossing.near().subchannel(Integer.class);
                Subchannel<Integer> two = crossing.far().subchannel(Integer.class)) {
            pairs.sender().send(new Two(one.sender(), two.sender()));
            Two got = pairs.receiver().receive();
            got.first().send(1);
            got.second().send(2);
            assertThat(two.receiver().receive()).isEqualTo(2);
            assertThat(one.receiver().receive()).isEqualTo(1);
            got.first().close();
            got.second().close();
        }
    }

    @Test
    @DisplayName("28: a sender that was sent, used and closed can be sent again the same way")
    void aSenderCanBeSentAgain() throws Exception {
        try (Subchannel<SubSender<Integer>> senders = crossing.open(new MessageType<>() {
        });
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            for (int i = 0; i < 100; i++) {
                senders.sender().send(numbers.sender());
                try (SubSender<Integer> got = senders.receiver().receive()) {
                    got.send(i);
                }
                assertThat(numbers.receiver().receive()).isEqualTo(i);
            }
        }
    }

    @Test
    @DisplayName("29: senders of senders of senders work, over a one-shot server")
    void sendersOfSendersOfSendersWork() throws Exception {
        try (OneShotServer<SubSender<SubSender<SubSender<Integer>>>> server = crossing.far()
                .oneShotServer(new MessageType<>() {
                });
                SubSender<SubSender<SubSender<SubSender<Integer>>>> first = crossing.near().connect(server.name(),
                        new MessageType<>() {
                        });
                Subchannel<SubSender<SubSender<Integer>>> second = crossing.near().subchannel(new MessageType<>() {
                });
                Subchannel<SubSender<Integer>> third = crossing.far().subchannel(new MessageType<>() {
                });
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            first.send(second.sender());
            OneShotServer.Accepted<SubSender<SubSender<SubSender<Integer>>>> accepted = server.accept();
            accepted.first().send(third.sender());
            SubSender<SubSender<Integer>> toThird = second.receiver().receive();
            toThird.send(numbers.sender());
            SubSender<Integer> toNumbers = third.receiver().receive();
            toNumbers.send(29);
            assertThat(numbers.receiver().receive()).isEqualTo(29);
            for (AutoCloseable each : List.of(accepted.first(), toThird, toNumbers, accepted.receiver())) {
                each.close();
            }
        }
    }

    @Test
    @DisplayName("30: 10,000 copies of one sender are received, kept and used, and take no descriptors")
    void tenThousandCopiesAreKept() throws Exception {
        try (Subchannel<SubSender<Integer>> senders = crossing.open(new MessageType<>() {
        });
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            long before = Descriptors.count("");
            List<SubSender<Integer>> kept = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                senders.sender().send(numbers.sender());
                kept.add(senders.receiver().receive());
                kept.getLast().send(i);
                assertThat(numbers.receiver().receive()).isEqualTo(i);
            }
            assertThat(Descriptors.count("")).isLessThan(before + 20);
            kept.forEach(SubSender::close);
            assertEmpty(numbers.receiver());
            numbers.sender().close();
            assertDisconnected(numbers.receiver());
        }
    }

    @Test
    @DisplayName("31: a sender that a message has several times over is several senders that work")
    @SuppressWarnings("try") // closed early on purpose
    void aSenderOnSeveralPathsIsSeveralSenders() throws Exception {
        try (Subchannel<List<Two>> pairs = crossing.open(new MessageType<>() {
        });
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class);
                SubSender<Integer> copy = numbers.sender().retain()) {
            pairs.sender().send(List.of(new Two(numbers.sender(), numbers.sender()), new Two(copy, numbers.sender())));
            numbers.sender().close();
            copy.close();
            int sent = 0;
            for (Two got : pairs.receiver().receive()) {
                for (SubSender<Integer> each : List.of(got.first(), got.second())) {
                    each.send(sent);
                    assertThat(numbers.receiver().receive()).isEqualTo(sent++);
                    assertEmpty(numbers.receiver());
                    each.close();
                }
            }
            assertThat(sent).isEqualTo(4);
            assertDisconnected(numbers.receiver());
        }
    }

    @Test
    @DisplayName("32: closing what was received leaves a copy of the original working")
    void closingWhatWasReceivedLeavesTheOriginal() throws Exception {
        try (Subchannel<SubSender<Integer>> senders = crossing.open(new MessageType<>() {
        });
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class);
                SubSender<Integer> copy = numbers.sender().retain()) {
            senders.sender().send(numbers.sender());
            numbers.sender().close();
            senders.receiver().receive().close();
            copy.send(32);
            assertThat(numbers.receiver().receive()).isEqualTo(32);
        }
    }

    @Test
    @DisplayName("42: a copy that is left and what was received both deliver, each in order")
    void theCopyAndWhatWasReceivedBothDeliver() throws Exception {
        try (Subchannel<SubSender<Integer>> senders = crossing.open(new MessageType<>() {
        });
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class);
                SubSender<Integer> copy = numbers.sender().retain()) {
            senders.sender().send(copy);
            try (SubSender<Integer> got = senders.receiver().receive()) {
                for (int i = 0; i < 10; i++) {
                    (i % 2 == 0 ? got : copy).send(i);
                    assertThat(numbers.receiver().receive()).isEqualTo(i);
                }
            }
        }
    }

    @Test
    @DisplayName("33, 34: of two that came over two routes, closing one leaves the other working")
    void twoRoutesAreIndependent() throws Exception {
        try (Subchannel<SubSender<Integer>> one = crossing.open(new MessageType<>() {
        });
                Subchannel<SubSender<Integer>> sameChannel = crossing.open(new MessageType<>() {
                });
                Subchannel<SubSender<Integer>> otherChannel = crossing.another().subchannel(new MessageType<>() {
                });
                SubSender<SubSender<Integer>> toOther = crossing.bring(otherChannel.sender())) {
            for (Subchannel<SubSender<Integer>> two : List.of(sameChannel,
                    new Subchannel<>(toOther, otherChannel.receiver()))) {
                try (Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
                    one.sender().send(numbers.sender());
                    two.sender().send(numbers.sender());
                    numbers.sender().close();
                    one.receiver().receive().close();
                    assertEmpty(numbers.receiver());
                    try (SubSender<Integer> left = two.receiver().receive()) {
                        left.send(33);
                        assertThat(numbers.receiver().receive()).isEqualTo(33);
                    }
                    assertDisconnected(numbers.receiver());
                }
            }
        }
    }

    @Test
    @DisplayName("35, 41: while a sender is in flight its receiver is empty, not disconnected; it works with none left behind")
    void aSenderInFlightKeepsItsReceiver() throws Exception {
        try (Subchannel<SubSender<Integer>> senders = crossing.open(new MessageType<>() {
        });
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            senders.sender().send(numbers.sender());
            numbers.sender().close();
            senders.sender().close();
            assertThat(numbers.receiver().receive(Duration.ofMillis(20))).isEmpty();
            try (SubSender<Integer> got = senders.receiver().receive()) {
                assertEmpty(numbers.receiver());
                got.send(35);
                assertThat(numbers.receiver().receive()).isEqualTo(35);
            }
        }
    }

    @Test
    @DisplayName("36: a sender whose receiver is closed can still be sent and received")
    void aSenderWithoutReceiverTravels() throws Exception {
        try (Subchannel<SubSender<Integer>> senders = crossing.open(new MessageType<>() {
        })) {
            Subchannel<Integer> home = crossing.near().subchannel(Integer.class);
            Subchannel<Integer> away = crossing.open(Integer.class);
            for (Subchannel<Integer> numbers : List.of(home, away)) {
                numbers.receiver().close();
                senders.sender().send(numbers.sender());
                try (SubSender<Integer> got = senders.receiver().receive()) {
                    assertDisconnected(got, 36);
                    senders.sender().send(got);
                    senders.receiver().receive().close();
                }
                numbers.close();
            }
        }
    }

    @Test
    @DisplayName("37: a receiver is refused as part of a message")
    void aReceiverIsRefused() throws Exception {
        try (Subchannel<Object> anything = crossing.open(Object.class);
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            assertThatExceptionOfType(MessageException.class)
                    .isThrownBy(() -> anything.sender().send(numbers.receiver()));
            assertThatExceptionOfType(MessageException.class)
                    .isThrownBy(() -> anything.sender().send(List.of(numbers)));
            numbers.sender().send(37);
            assertThat(numbers.receiver().receive()).isEqualTo(37);
        }
    }

    @Test
    @DisplayName("39: a sender that was passed on keeps its receiver, and its end is its receiver's")
    void aSenderIsPassedOn() throws Exception {
        try (Channel middle = crossing.another();
                Subchannel<SubSender<Integer>> first = middle.subchannel(new MessageType<>() {
                });
                SubSender<SubSender<Integer>> toMiddle = crossing.bring(first.sender());
                Subchannel<SubSender<Integer>> second = crossing.far().subchannel(new MessageType<>() {
                });
                Subchannel<SubSender<SubSender<Integer>>> contact = middle.subchannel(new MessageType<>() {
                });
                Subchannel<Integer> numbers = crossing.near().subchannel(Integer.class)) {
            contact.sender().send(second.sender());
            try (SubSender<SubSender<Integer>> onward = contact.receiver().receive()) {
                toMiddle.send(numbers.sender());
                numbers.sender().close();
                try (SubSender<Integer> passing = first.receiver().receive()) {
                    onward.send(passing);
                }
            }
            assertEmpty(numbers.receiver());
            SubSender<Integer> got = second.receiver().receive();
            got.send(39);
            assertThat(numbers.receiver().receive()).isEqualTo(39);
            got.close();
            assertDisconnected(numbers.receiver());
        }
    }
}
