package io.resourcelink.internal.wire;

import java.util.BitSet;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.resourcelink.internal.wire.SettledNumbers.Range;

import static org.assertj.core.api.Assertions.assertThat;

class SettledNumbersTest {

    @Test
    void noMoreGapsAreKeptThanWanted() {
        SettledNumbers few = new SettledNumbers(2);
        few.add(3, 3);
        few.add(5, 5);
        few.add(7, 7);
        few.add(4, 4);
        few.add(9, 9);
        assertThat(few.missing(10)).containsExactly(new SettledNumbers.Range(1, 2), new SettledNumbers.Range(6, 8),
                new SettledNumbers.Range(10, 10));
        few.add(1, 8);
        assertThat(few.through()).isEqualTo(9);
    }

    private final SettledNumbers numbers = new SettledNumbers(Integer.MAX_VALUE);

    @Test
    void numbersInOrderLeaveNoGap() {
        numbers.add(1, 1);
        numbers.add(2, 4);
        assertThat(numbers.through()).isEqualTo(4);
        assertThat(numbers.missing(4)).isEmpty();
        assertThat(numbers.missing(6)).containsExactly(new Range(5, 6));
    }

    @Test
    void theLastNumberMayBeSettledItself() {
        numbers.add(4, 4);
        assertThat(numbers.missing(4)).containsExactly(new Range(1, 3));
        assertThat(numbers.missing(3)).containsExactly(new Range(1, 3));
        assertThat(new Range(1, 3).count()).isEqualTo(3);
        assertThat(new Range(7, 7).count()).isOne();
    }

    @Test
    void aNumberThatComesLateClosesItsGap() {
        numbers.add(2, 2);
        numbers.add(4, 5);
        assertThat(numbers.through()).isZero();
        assertThat(numbers.missing(5)).containsExactly(new Range(1, 1), new Range(3, 3));
        numbers.add(1, 1);
        assertThat(numbers.through()).isEqualTo(2);
        numbers.add(3, 3);
        assertThat(numbers.through()).isEqualTo(5);
    }

    /** Beside the simplest thing that can be right. */
    @Test
    void anyOrderGivesWhatASetOfNumbersGives() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            SettledNumbers settled = new SettledNumbers(Integer.MAX_VALUE);
            BitSet expected = new BitSet();
            for (int i = 0; i < 60; i++) {
                int first = 1 + random.nextInt(50);
                int last = first + random.nextInt(4);
                settled.add(first, last);
                expected.set(first, last + 1);
                assertThat(settled.through()).isEqualTo(expected.nextClearBit(1) - 1L);
                assertThat(missing(settled.missing(60))).as("seed %s", seed).isEqualTo(inverse(expected));
                assertThat(settled.contains(first)).isTrue();
                int any = 1 + random.nextInt(60);
                assertThat(settled.contains(any)).isEqualTo(expected.get(any));
            }
        }
    }

    private static BitSet missing(List<Range> ranges) {
        BitSet bits = new BitSet();
        ranges.forEach(range -> bits.set((int) range.first(), (int) range.last() + 1));
        return bits;
    }

    private static BitSet inverse(BitSet bits) {
        BitSet inverse = (BitSet) bits.clone();
        inverse.flip(1, 61);
        return inverse;
    }
}
