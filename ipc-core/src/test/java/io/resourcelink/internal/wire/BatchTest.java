package io.resourcelink.internal.wire;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** When the frames that wait are sent, and when more are waited for. */
class BatchTest {

    private final Batch batch = new Batch(Long.MAX_VALUE);

    @Test
    void aFrameThatComesAloneIsNoStream() {
        batch.add(100);

        assertThat(batch.isStream()).isFalse();
        assertThat(batch.end()).isEqualTo(100);
    }

    @Test
    void manyAreAStreamAsLongAsManyMoreCome() {
        batch.add(1023);
        assertThat(batch.isStream()).isFalse();
        batch.add(1023 + 1024);
        assertThat(batch.isStream()).isTrue();
        batch.add(1023 + 2048);
        assertThat(batch.isStream()).isTrue();
        batch.add(1023 + 3071);
        assertThat(batch.isStream()).isFalse();
    }

    @Test
    void noneIsPutOffForLongerThanItMay() {
        Batch impatient = new Batch(0);
        impatient.add(20_000);

        assertThat(impatient.isStream()).isFalse();
    }

    @Test
    void whatWasSentSaysNothingOfTheNextOnes() {
        batch.add(20_000);
        assertThat(batch.isStream()).isTrue();
        batch.clear();
        assertThat(batch.isEmpty()).isTrue();
        assertThat(batch.isStream()).isFalse();
        batch.add(2000);
        assertThat(batch.isStream()).isTrue();
    }
}
