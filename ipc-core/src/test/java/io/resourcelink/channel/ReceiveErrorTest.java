package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

import static io.resourcelink.channel.Ends.assertEmpty;
import static io.resourcelink.channel.Ends.awaitMessages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What can go wrong with receiving, and how it is told apart. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class ReceiveErrorTest {

    private final Placement placement;
    private Crossing crossing;

    ReceiveErrorTest(Placement placement) {
        this.placement = placement;
    }

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    @Test
    @DisplayName("134, 135, 136: nothing yet, the end, a message that is no good, and misuse are told apart")
    void whatGoesWrongIsToldApart() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            SubReceiver<Integer> receiver = numbers.receiver();
            assertThat(receiver.tryReceive()).isEmpty();
            assertThat(receiver.receive(Duration.ofMillis(1))).isEmpty();
            for (Receiving receiving : ways(receiver)) {
                numbers.sender().typed(String.class).send("no number");
                awaitMessages(receiver, 1);
                assertThatExceptionOfType(MessageException.class).isThrownBy(receiving::receive)
                        .withMessageContaining("java.lang.Integer").havingCause().withMessageContaining("no number");
                assertEmpty(receiver);
            }
            numbers.sender().close();
            for (Receiving receiving : ways(receiver)) {
                Deadline.awaitTrue("the end", receiver.inbox()::isReady);
                assertThatExceptionOfType(DisconnectedException.class).isThrownBy(receiving::receive);
            }
            receiver.close();
            for (Receiving receiving : ways(receiver)) {
                assertThatIllegalStateException().isThrownBy(receiving::receive).withMessageContaining("closed");
            }
        }
    }

    /** One of the ways to receive. */
    private interface Receiving {

        void receive() throws Exception;
    }

    private static List<Receiving> ways(SubReceiver<Integer> receiver) {
        return List.of(receiver::receive, receiver::tryReceive, () -> receiver.receive(Duration.ofMinutes(1)));
    }

    @Test
    @DisplayName("134: who waits is told that the channel was closed, and can be interrupted")
    @SuppressWarnings("try") // closed early on purpose
    void whoWaitsCanBeStopped() throws Exception {
        try (Channel other = crossing.another();
                Subchannel<Integer> numbers = other.subchannel(Integer.class);
                Subchannel<Integer> more = crossing.open(Integer.class);
                Crew crew = new Crew()) {
            Future<Integer> waiting = crew.call(() -> numbers.receiver().receive());
            Future<Integer> interrupted = crew.call(() -> {
                Thread.currentThread().interrupt();
                return more.receiver().receive();
            });
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(interrupted::get)
                    .withCauseInstanceOf(InterruptedException.class);
            crew.awaitWaiting();
            other.close();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(waiting::get)
                    .withCauseInstanceOf(IllegalStateException.class);
        }
    }
}
