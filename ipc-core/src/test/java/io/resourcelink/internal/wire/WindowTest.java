package io.resourcelink.internal.wire;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.Deadline;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class WindowTest {

    private final Window window = new Window("The receiver");
    private final AtomicInteger told = new AtomicInteger();

    @AfterEach
    void nobodyKeepsTheLock() {
        assertThat(window.lock.isLocked()).isFalse();
    }

    @Test
    void itIsClosedUntilCreditsAreGranted() {
        assertThat(window.isGranted()).isFalse();
        assertThat(window.isGrantedOrEnded()).isFalse();
        assertThat(window.isReady()).isFalse();
        assertThat(window.room()).isZero();
        assertThat(window.tryTake(1, 0)).isFalse();
        window.grant(new Allowance(3, 100, 5));
        assertThat(window.isGranted()).isTrue();
        assertThat(window.isGrantedOrEnded()).isTrue();
        assertThat(window.isReady()).isTrue();
        assertThat(window.room()).isEqualTo(3);
        window.grant(new Allowance(30, 100, 5));
        assertThat(window.room()).as("granted once").isEqualTo(3);
    }

    @Test
    void aMessageTakesRoomAndWhatWasTakenComesBack() {
        window.grant(new Allowance(2, 100, 5));
        assertThat(window.tryTake(60, 3)).isTrue();
        assertThat(window.room()).isOne();
        assertThat(window.descriptorsOut()).isEqualTo(3);
        assertThat(window.tryTake(60, 1)).as("the last may be larger than the rest").isTrue();
        assertThat(window.tryTake(1, 0)).isFalse();
        window.add(1, 19, 1);
        assertThat(window.room()).as("one byte too few").isZero();
        window.add(0, 2, 0);
        assertThat(window.room()).isOne();
        assertThat(window.descriptorsOut()).isEqualTo(3);
        window.add(1, 1000, 1000);
        assertThat(window.room()).isEqualTo(2);
        assertThat(window.descriptorsOut()).as("no more than were granted").isZero();
        window.add(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(window.room()).isEqualTo(2);
    }

    @Test
    void eachOfMessagesBytesAndDescriptorsCanBeUsedUp() {
        for (int which = 0; which < 3; which++) {
            Window one = new Window("The receiver");
            one.grant(new Allowance(which == 0 ? 1 : 9, which == 1 ? 1 : 9, which == 2 ? 1 : 9));
            assertThat(one.tryTake(1, 1)).isTrue();
            assertThat(one.isReady()).isFalse();
            assertThat(one.room()).isZero();
            assertThat(one.tryTake(0, 0)).isFalse();
            one.add(1, 1, 1);
            assertThat(one.isReady()).isTrue();
        }
    }

    @Test
    void itEndsForGoodAndForTheFirstReason() {
        window.grant(new Allowance(2, 100, 5));
        window.ensureAlive();
        assertThat(window.hasEnded()).isFalse();
        window.end("it was closed.");
        window.end("its process has ended.");
        assertThat(window.hasEnded()).isTrue();
        assertThat(window.isReady()).as("a call need not wait").isTrue();
        assertThat(window.room()).isZero();
        assertThatExceptionOfType(DisconnectedException.class).isThrownBy(window::ensureAlive)
                .withMessage("The receiver is disconnected: it was closed.");
        assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> window.tryTake(1, 0))
                .withMessageContaining("it was closed.");
        Window never = new Window("The receiver");
        never.end("it was closed.");
        assertThat(never.isGrantedOrEnded()).isTrue();
        assertThat(never.isGranted()).isFalse();
    }

    @Test
    void aLostMessageIsReportedToTheNextSendOnce() {
        window.grant(new Allowance(2, 100, 5));
        window.reportUndelivered("It was lost.");
        assertThatExceptionOfType(MessageException.class).isThrownBy(() -> window.tryTake(1, 0))
                .withMessage("It was lost.");
        assertThat(window.room()).as("nothing was taken").isEqualTo(2);
        assertThat(window.tryTake(1, 0)).isTrue();
    }

    @Test
    void observersAreToldOfAllThatLetsACallGoOn() {
        window.observe(told::incrementAndGet);
        window.grant(new Allowance(2, 100, 5));
        assertThat(told).hasValue(1);
        window.grant(new Allowance(2, 100, 5));
        assertThat(told).as("nothing new").hasValue(1);
        window.add(1, 1, 1);
        assertThat(told).hasValue(2);
        window.end("it was closed.");
        assertThat(told).hasValue(3);
    }

    @Test
    void oneObserverIsForgottenAndTheOthersAreNot() {
        Runnable other = () -> told.addAndGet(100);
        window.observe(told::incrementAndGet);
        window.observe(other);
        window.forget(other);
        window.end("it was closed.");
        assertThat(told).hasValue(1);
    }

    @Test
    void aThreadThatWaitsLooksAgain() throws InterruptedException {
        List<Runnable> changes = List.of(window::wake, () -> window.grant(new Allowance(1, 1, 1)),
                () -> window.add(1, 1, 1), () -> window.end("it was closed."));
        for (Runnable change : changes) {
            Thread waiting = Thread.ofPlatform().start(this::await);
            Deadline.awaitTrue("it waits", this::isAwaited);
            change.run();
            waiting.join();
        }
        assertThat(window.line()).isSameAs(window.line()).isNotNull();
    }

    /** A wake-up without a reason ends it, too. */
    @SuppressWarnings("WaitNotInLoop")
    private void await() {
        window.lock.lock();
        try {
            window.changed.awaitUninterruptibly();
        } finally {
            window.lock.unlock();
        }
    }

    private boolean isAwaited() {
        window.lock.lock();
        try {
            return window.lock.hasWaiters(window.changed);
        } finally {
            window.lock.unlock();
        }
    }
}
