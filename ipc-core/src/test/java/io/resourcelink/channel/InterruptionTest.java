package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Threads that are interrupted while they wait, at any moment: before, while they read the sockets themselves (which a
 * platform thread does for the first milliseconds) and long after.
 */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class InterruptionTest {

    private static final int TIMES = 100;
    /** Between two interruptions the moment moves on by so many microseconds. */
    private static final int STEP = 60;
    private static final MessageType<Integer> NUMBERS = MessageType.of(Integer.class);

    private interface Wait {
        void run() throws Exception;
    }

    /** Starts a wait, interrupts it at one moment after the other, and asserts that this is what ends it. */
    private static void assertInterruptible(boolean virtual, Wait wait) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            FutureTask<Void> waiting = new FutureTask<>(() -> {
                wait.run();
                return null;
            });
            Thread thread = virtual ? Thread.ofVirtual().start(waiting) : Thread.ofPlatform().daemon().start(waiting);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos((long) i * STEP));
            thread.interrupt();
            assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void aThreadThatReceivesCanBeInterrupted(boolean virtual, Path directory) throws Exception {
        try (Channel here = Channel.builder().directory(directory).open();
                Channel there = Channel.builder().directory(directory).open();
                OneShotServer<Integer> server = here.oneShotServer(NUMBERS);
                SubSender<Integer> sender = there.connect(server.name(), NUMBERS)) {
            sender.send(1);
            try (SubReceiver<Integer> receiver = server.accept().receiver()) {
                assertInterruptible(virtual, receiver::receive);
                assertInterruptible(virtual, () -> receiver.receive(Duration.ofHours(1)));
                sender.send(2);
                assertThat(receiver.receive(Duration.ofSeconds(30))).contains(2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void oneOfSeveralThreadsThatReceiveCanBeInterrupted(boolean virtual, Path directory) throws Exception {
        try (Channel here = Channel.builder().directory(directory).open();
                Channel there = Channel.builder().directory(directory).open();
                OneShotServer<Integer> server = here.oneShotServer(NUMBERS);
                SubSender<Integer> sender = there.connect(server.name(), NUMBERS)) {
            sender.send(1);
            try (SubReceiver<Integer> receiver = server.accept().receiver();
                    Subchannel<Integer> other = here.subchannel(NUMBERS)) {
                FutureTask<Integer> undisturbed = new FutureTask<>(receiver::receive);
                Thread.ofPlatform().daemon().start(undisturbed);
                assertInterruptible(virtual, other.receiver()::receive);
                sender.send(2);
                assertThat(undisturbed.get(30, TimeUnit.SECONDS)).isEqualTo(2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void aThreadThatWaitsForCreditCanBeInterruptedAndHasSentNothing(boolean virtual, Path directory) throws Exception {
        Credits one = new Credits(1, 1000, 1);
        try (Channel here = Channel.builder().directory(directory).credits(one).open();
                Channel there = Channel.builder().directory(directory).open();
                OneShotServer<Integer> server = here.oneShotServer(NUMBERS);
                SubSender<Integer> sender = there.connect(server.name(), NUMBERS)) {
            sender.send(1);
            assertInterruptible(virtual, () -> sender.send(-1));
            assertThat(server.accept().first()).isEqualTo(1);
            sender.send(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void withinAChannelItIsTheSame(boolean virtual, Path directory) throws Exception {
        try (Channel channel = Channel.builder().directory(directory).open();
                Subchannel<Integer> numbers = channel.subchannel(NUMBERS, new Credits(1, 1000, 1))) {
            assertInterruptible(virtual, numbers.receiver()::receive);
            numbers.sender().send(1);
            assertInterruptible(virtual, () -> numbers.sender().send(-1));
            assertThat(numbers.receiver().receive()).isEqualTo(1);
            assertThat(numbers.receiver().tryReceive()).isEmpty();
        }
    }
}
