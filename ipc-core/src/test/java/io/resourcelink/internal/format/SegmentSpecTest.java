package io.resourcelink.internal.format;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentSpecTest {

    private static final SegmentSpec SPEC = new SegmentSpec("key", 1000, 7, true, true, false);

    private static SegmentSpec ofPayload(long size) {
        return new SegmentSpec("key", size, 0, false, false, false);
    }

    @Test
    void itsFileHoldsTheHeaderAndThePayload() {
        assertThat(SPEC.size()).isEqualTo(1064);
        assertThat(SPEC.fileSize()).isEqualTo(1064);
        assertThat(ofPayload(0).size()).isEqualTo(64);
    }

    /** The locks begin at 2^62 - 2: what the format reserves for them must not be data. */
    @Test
    void aFileEndsBeforeItsLocks() {
        long largest = (1L << 62) - 1 - 64;
        assertThat(ofPayload(largest).size()).isEqualTo(largest + 64);
        assertThat(ofPayload(largest + 1).size()).isEqualTo(Long.MAX_VALUE);
        assertThat(ofPayload(Long.MAX_VALUE).size()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aRoomyFileHoldsPayloadsOfUpToTheNextPowerOfTwo() {
        assertThat(SPEC.asRoomy()).isEqualTo(new SegmentSpec("key", 1000, 7, true, true, true, 1024 + 64));
        assertThat(ofPayload(1024).asRoomy().fileSize()).isEqualTo(1024 + 64);
        assertThat(ofPayload(1025).asRoomy().fileSize()).isEqualTo(2048 + 64);
        assertThat(ofPayload(1).asRoomy().fileSize()).isEqualTo(1 + 64);
        assertThat(ofPayload(0).asRoomy().fileSize()).isEqualTo(64);
    }

    @Test
    void anExactFileIsAsLongAsItsSegmentNeedsAndIsUsedAgainAsBefore() {
        SegmentSpec recycled = new SegmentSpec("key", 1000, 7, true, true, true, 1064);
        assertThat(SPEC.asRecycled()).isEqualTo(recycled);
        assertThat(SPEC.asRoomy().asExact()).isEqualTo(recycled);
        assertThat(SPEC.asExact()).isEqualTo(SPEC);
    }
}
