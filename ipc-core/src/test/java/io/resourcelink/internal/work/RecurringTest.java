package io.resourcelink.internal.work;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.resourcelink.Deadline;

import static org.assertj.core.api.Assertions.assertThat;

class RecurringTest {

    @Test
    void runsUntilThereIsNoMoreAndAgainWhenThereIs() {
        AtomicInteger left = new AtomicInteger();
        AtomicInteger rounds = new AtomicInteger();
        Recurring recurring = new Recurring("ipc-test", 1, new Failures("The test"), () -> {
            rounds.incrementAndGet();
            return left.decrementAndGet() > 0;
        });
        assertThat(rounds).hasValue(0);
        left.set(3);
        recurring.start();
        Deadline.awaitTrue("three rounds", () -> rounds.get() == 3);
        left.set(2);
        recurring.start();
        Deadline.awaitTrue("two more", () -> rounds.get() == 5);
    }

    @Test
    void goesOnWhateverARoundThrows() {
        AtomicInteger rounds = new AtomicInteger();
        Recurring recurring = new Recurring("ipc-test", 1, new Failures("The test"),
                () -> switch (rounds.incrementAndGet()) {
                    case 1 -> throw new IllegalStateException("a round that fails on purpose");
                    case 2 -> throw new AssertionError("another one");
                    default -> false;
                });
        recurring.start();
        Deadline.awaitTrue("a third round", () -> rounds.get() == 3);
        recurring.start();
        Deadline.awaitTrue("a fourth one", () -> rounds.get() == 4);
    }
}
