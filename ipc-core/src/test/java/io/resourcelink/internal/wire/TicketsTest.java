package io.resourcelink.internal.wire;

import java.math.BigInteger;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The numbers that senders have to show. */
class TicketsTest {

    @Test
    void aNumberDoesNotTellTheNextOne() {
        assertThat(Tickets.draw()).isNotEqualTo(following(Tickets.draw()));
        long random = ThreadLocalRandom.current().nextLong();
        assertThat(ThreadLocalRandom.current().nextLong()).as("what can be told").isEqualTo(following(random));
    }

    /** What a {@link ThreadLocalRandom} draws next. It adds a constant and the thread's number to its
     * state, and mixes the bits of that. */
    private static long following(long drawn) {
        long state = unshifted(drawn) * inverse(0xc4ceb9fe1a85ec53L);
        state = unshifted(unshifted(state) * inverse(0xff51afd7ed558ccdL)) + 0x9e3779b97f4a7c15L
                + (Thread.currentThread().threadId() << 1);
        long mixed = unshifted(state) * 0xff51afd7ed558ccdL;
        return unshifted(unshifted(mixed) * 0xc4ceb9fe1a85ec53L);
    }

    /** Undoes itself, because the shift is more than half of the bits. */
    private static long unshifted(long bits) {
        return bits ^ (bits >>> 33);
    }

    private static long inverse(long odd) {
        return BigInteger.valueOf(odd).modInverse(BigInteger.ONE.shiftLeft(64)).longValue();
    }
}
