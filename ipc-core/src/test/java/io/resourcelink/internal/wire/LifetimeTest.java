package io.resourcelink.internal.wire;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class LifetimeTest {

    private final Lifetime lifetime = new Lifetime();

    @Test
    void nothingBeginsOnAClosedChannel() {
        lifetime.ensureOpen();
        assertThat(lifetime.isClosed()).isFalse();
        assertThat(lifetime.<String>whileOpen(() -> "done")).isEqualTo("done");
        assertThat(lifetime.<String>make(() -> "made")).isEqualTo("made");
        lifetime.close();
        assertThat(lifetime.isClosed()).isTrue();
        assertThat(lifetime.<String>whileOpen(() -> "done")).isNull();
        assertThatIllegalStateException().isThrownBy(lifetime::ensureOpen);
        assertThatIllegalStateException().isThrownBy(() -> lifetime.make(() -> "made"));
    }

    @Test
    void closingWaitsForWhatHasBegun() throws InterruptedException {
        Thread closing = Thread.ofPlatform().unstarted(lifetime::close);
        lifetime.make(() -> {
            closing.start();
            while (closing.getState() != Thread.State.BLOCKED) {
                assertThat(closing.isAlive()).as("it waits").isTrue();
                Thread.onSpinWait();
            }
            assertThat(lifetime.isClosed()).isFalse();
            return closing;
        });
        closing.join();
        assertThat(lifetime.isClosed()).isTrue();
    }
}
