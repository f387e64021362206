package io.resourcelink.benchmark;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.resourcelink.benchmark.Disturbance.Ticks;

import static org.assertj.core.api.Assertions.assertThat;

class RoundsTest {

    @Test
    void subjectsTakeTurnsAndWarmUpsDoNotCount() throws Exception {
        List<String> turns = new ArrayList<>();
        Rounds rounds = new Rounds("part", false);

        rounds.run(1, 2, List.of((number, figures) -> {
            turns.add("a" + number);
            figures.add("a", "way", "us", number);
        }, (number, _) -> turns.add("b" + number)));

        assertThat(turns).containsExactly("a-1", "b-1", "a0", "b0", "a1", "b1");
        assertThat(rounds.measurements()).filteredOn(measured -> measured.part().equals("part"))
                .containsExactly(new Measurement("part", "a", "way", "us", 0.5, 0, 1, 2));
        assertThat(rounds.measurements()).filteredOn(measured -> measured.part().equals(Rounds.PART))
                .allSatisfy(measured -> assertThat(measured.rounds()).isEqualTo(4))
                .extracting(Measurement::unit).containsExactly(Rounds.OTHERS, Rounds.STOLEN, Rounds.LOAD);
    }

    @Test
    void aRoundIsDisturbedByWhatOthersDo() throws Exception {
        Ticks before = Ticks.parse("cpu  100 0 100 1000 5 0 0 10 0 0", 150);

        Disturbance alone = Ticks.parse("cpu  150 0 140 1100 15 5 5 10 7 7", 250).since(before);
        Disturbance beside = Ticks.parse("cpu  150 0 140 1100 15 5 5 10 7 7", 235).since(before);
        Disturbance stolen = Ticks.parse("cpu  150 0 140 1100 15 5 5 20 7 7", 250).since(before);

        assertThat(alone.isSmall()).isTrue();
        assertThat(alone.others()).isZero();
        assertThat(beside.others()).isEqualTo(15 / 210.0);
        assertThat(beside.isSmall()).isFalse();
        assertThat(stolen.stolen()).isEqualTo(10 / 220.0);
        assertThat(stolen.isSmall()).isFalse();
    }

    @Test
    void theTimeOfAProcessIsFoundBehindItsName() {
        assertThat(Ticks.parse("7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"))
                .isEqualTo(11 + 12 + 13 + 14);
    }

    @Test
    void aRoundTakesTimeOfThisProcess() throws Exception {
        Ticks before = Ticks.now();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < 300_000_000) {
            Thread.onSpinWait();
        }
        Ticks after = Ticks.now();

        assertThat(after.own()).isGreaterThan(before.own());
        assertThat(after.busy()).isGreaterThan(before.busy());
    }
}
