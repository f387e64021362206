package io.resourcelink.internal.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class GateTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(50);

    private final Gate gate = new Gate();

    @Test
    void letsInWhileItIsOpenAndOneOperationWithinAnother() {
        assertThat(gate.tryEnter()).isTrue();
        assertThat(gate.tryEnter()).isTrue();
        assertThat(gate.inside()).isEqualTo(2);
        gate.close();
        assertThat(gate.isOpen()).isFalse();
        assertThat(gate.tryEnter()).isFalse();
        assertThat(gate.leave()).isFalse();
        assertThat(gate.leave()).isFalse();
        assertThat(gate.end(LONG)).isTrue();
        assertThat(gate.end(0)).as("a second time").isTrue();
    }

    @Test
    void letsInWhatGivesBackUntilNobodyIsIn() {
        assertThat(gate.tryEnter()).isTrue();
        gate.close();
        assertThat(gate.tryEnterLate()).isTrue();
        gate.leave();
        gate.leave();
        assertThat(gate.end(LONG)).isTrue();
        assertThat(gate.tryEnterLate()).isFalse();
    }

    @Test
    void waitsForWhoIsInAndAnInterruptDoesNotEndThat() throws InterruptedException {
        assertThat(gate.tryEnter()).isTrue();
        gate.close();
        Thread closing = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            gate.end(LONG);
            assertThat(Thread.interrupted()).isTrue();
        });
        assertThat(closing.join(Duration.ofMillis(50))).isFalse();
        gate.leave();
        closing.join();
        assertThat(gate.tryEnterLate()).isFalse();
    }

    @Test
    void tellsTheLastOneWhenTheTimeWasOver() {
        assertThat(gate.tryEnter()).isTrue();
        gate.close();
        assertThat(gate.end(1)).isFalse();
        assertThat(gate.tryEnterLate()).isTrue();
        assertThat(gate.leave()).as("one is in still").isFalse();
        assertThat(gate.leave()).isTrue();
        assertThat(gate.end(0)).isTrue();
    }

    /** Every depth at which the stack can be used up: it must never have room for entering alone. */
    @Test
    void noCountIsLostWhereTheStackEnds() throws InterruptedException {
        for (int run = 0; run < 200; run++) {
            Thread thread = new Thread(null, () -> {
                try {
                    deeper(0);
                } catch (StackOverflowError _) {
                    // Wanted.
                }
            }, "deep", 256 << 10);
            thread.start();
            thread.join();
        }
        assertThat(gate.inside()).isZero();
    }

    private int deeper(int depth) {
        if (gate.tryEnter()) {
            try {
                return depth;
            } finally {
                gate.leave();
                deeper(depth + 1);
            }
        }
        return deeper(depth + 1);
    }
}
