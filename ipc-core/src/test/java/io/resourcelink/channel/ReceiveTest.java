package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static io.resourcelink.channel.Ends.assertEmpty;
import static io.resourcelink.channel.Ends.awaitMessages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Receiving: what is here, what comes in time, and what never will. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(50)
class ReceiveTest {

    private final Placement placement;
    private Crossing crossing;

    ReceiveTest(Placement placement) {
        this.placement = placement;
    }

    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofSeconds(60);

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    @Test
    @DisplayName("11: an empty subchannel with a living sender is empty")
    void withoutMessagesThereIsNothing() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            assertEmpty(numbers.receiver());
        }
    }

    @Test
    @DisplayName("12, 13: a waiting message is received without waiting, and after the last there is nothing")
    void aWaitingMessageIsReceivedWithoutWaiting() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.sender().send(1);
            awaitMessages(numbers.receiver(), 1);
            assertThat(numbers.receiver().tryReceive()).contains(1);
            assertEmpty(numbers.receiver());
        }
    }

    @Test
    @DisplayName("14: waiting messages come one for each call, in order, then nothing")
    void waitingMessagesComeOneByOne() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            for (int i = 0; i < 5; i++) {
                numbers.sender().send(i);
            }
            awaitMessages(numbers.receiver(), 5);
            for (int i = 0; i < 5; i++) {
                assertThat(numbers.receiver().tryReceive()).contains(i);
            }
            assertEmpty(numbers.receiver());
        }
    }

    @Test
    @DisplayName("15: a message is nothing to a sibling")
    void aMessageIsNothingToASibling() throws Exception {
        try (Subchannel<Integer> one = crossing.open(Integer.class);
                Subchannel<Integer> two = crossing.open(Integer.class)) {
            one.sender().send(1);
            awaitMessages(one.receiver(), 1);
            assertEmpty(two.receiver());
            assertThat(one.receiver().tryReceive()).contains(1);
        }
    }

    @Test
    @DisplayName("16: with one of two senders closed it is empty, and the other's message arrives")
    void oneOfTwoSendersIsEnough() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class);
                SubSender<Integer> copy = numbers.sender().retain()) {
            numbers.sender().close();
            assertEmpty(numbers.receiver());
            copy.send(1);
            awaitMessages(numbers.receiver(), 1);
            assertThat(numbers.receiver().tryReceive()).contains(1);
        }
    }

    @Test
    @DisplayName("17: with all senders closed it is disconnected, sooner or later")
    void withoutSendersItIsDisconnected() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.sender().retain().close();
            numbers.sender().close();
            Deadline.awaitTrue("disconnected", () -> isDisconnected(numbers.receiver()));
        }
    }

    private static boolean isDisconnected(SubReceiver<Integer> receiver) {
        try {
            assertEmpty(receiver);
            return false;
        } catch (DisconnectedException _) {
            return true;
        }
    }

    @Test
    @DisplayName("18: what was sent before the end is received before it")
    void messagesComeBeforeTheEnd() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.sender().send(1);
            numbers.sender().send(2);
            numbers.sender().close();
            awaitMessages(numbers.receiver(), 2);
            assertThat(numbers.receiver().receive()).isEqualTo(1);
            assertThat(numbers.receiver().tryReceive()).contains(2);
            assertDisconnected(numbers.receiver());
        }
    }

    @Test
    @DisplayName("19: receiving with a time-out waits for it, then there is nothing")
    void aTimeOutIsWaitedFor() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            assertThat(waitedInVain(numbers.receiver())).isGreaterThanOrEqualTo(SHORT);
        }
    }

    /** {@return how long it took to receive nothing} */
    private static Duration waitedInVain(SubReceiver<Integer> receiver) throws InterruptedException {
        long start = System.nanoTime();
        assertThat(receiver.receive(SHORT)).isEmpty();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    @DisplayName("20, 21: a waiting message is not waited for; once it was received, the next one is")
    void aWaitingMessageIsNotWaitedFor() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.sender().send(1);
            assertThat(numbers.receiver().receive(LONG)).contains(1);
            assertThat(waitedInVain(numbers.receiver())).isGreaterThanOrEqualTo(SHORT);
        }
    }

    @Test
    @DisplayName("22: the end is told before the time is over")
    void theEndIsToldBeforeTheTimeIsOver() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.sender().close();
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> numbers.receiver().receive(LONG));
        }
    }

    @Test
    @DisplayName("23: with a time-out, too, messages come before the end")
    void withATimeOutMessagesComeBeforeTheEnd() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.sender().send(1);
            numbers.sender().send(2);
            numbers.sender().close();
            assertThat(numbers.receiver().receive(LONG)).contains(1);
            assertThat(numbers.receiver().receive(LONG)).contains(2);
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> numbers.receiver().receive(LONG));
        }
    }

    @Test
    @DisplayName("24: a message that comes while it is waited for ends the wait")
    void aMessageEndsTheWait() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class); Crew crew = new Crew()) {
            for (int i = 0; i < 20; i++) {
                Future<Optional<Integer>> waiting = crew.call(() -> numbers.receiver().receive(LONG));
                crew.awaitWaiting();
                numbers.sender().send(i);
                assertThat(waiting.get()).contains(i);
            }
        }
    }

    @Test
    @DisplayName("25: threads that receive on one channel in different ways all get on")
    void threadsOfOneChannelAllGetOn() throws Exception {
        int count = 500;
        try (Subchannel<Integer> blocking = crossing.open(Integer.class);
                Subchannel<Integer> trying = crossing.open(Integer.class);
                Subchannel<Integer> timed = crossing.open(Integer.class);
                Subchannel<Integer> silent = crossing.open(Integer.class);
                Crew crew = new Crew()) {
            Future<Integer> silence = crew.call(silent.receiver()::receive);
            List<Future<Void>> received = List.of(crew.run(() -> {
                for (int i = 0; i < count; i++) {
                    assertThat(blocking.receiver().receive()).isEqualTo(i);
                }
            }), crew.run(() -> {
                for (int i = 0; i < count;) {
                    Optional<Integer> got = trying.receiver().tryReceive();
                    i += got.isPresent() ? 1 : 0;
                }
            }), crew.run(() -> {
                for (int i = 0; i < count;) {
                    Optional<Integer> got = timed.receiver().receive(Duration.ofMillis(1));
                    i += got.isPresent() ? 1 : 0;
                }
            }));
            for (int i = 0; i < count; i++) {
                for (Subchannel<Integer> each : List.of(timed, trying, blocking)) {
                    each.sender().send(i);
                }
            }
            for (Future<Void> each : received) {
                each.get();
            }
            assertThat(silence).isNotDone();
            silent.sender().send(1);
            assertThat(silence.get()).isEqualTo(1);
        }
    }
}
