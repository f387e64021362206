package io.resourcelink;

import static org.assertj.core.api.Assertions.assertThat;

/** A producer that keeps up to sixteen files, and a consumer. */
abstract class SegmentPoolFixture extends RecyclingFixture {

    SegmentPoolFixture() {
        super(16);
    }

    /** From now on, segments of this size go round. */
    final void publishOnce() {
        publish("first", 1).close();
    }

    final void assertContent(ResourceLink link, int number) {
        assertThat(link.readPayload(0, SIZE)).containsOnly((byte) number);
    }
}
