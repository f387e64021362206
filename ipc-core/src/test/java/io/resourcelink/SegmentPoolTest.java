package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.ValueLayout;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.RecyclingStatistics;

import static org.assertj.core.api.Assertions.assertThat;

/** Recycled memory, seen by its producer and by another factory as its consumer. */
@Tag("slow")
class SegmentPoolTest extends SegmentPoolFixture {

    @Test
    void aSizeThatIsPublishedOnceIsNotKept() throws IOException {
        publishOnce();
        assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(0, 0, 0, 0));
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    void aFileThatNobodyHoldsIsGivenOutUnderTheNextKey() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        Object file = inode("second");
        second.close();
        assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(0, 0, 1, SIZE + 64));
        assertThat(consumer.list()).as("its key is free").isEmpty();
        try (ResourceLink third = publish("third", 3)) {
            assertThat(inode("third")).isEqualTo(file);
            assertThat(third.refcount()).isOne();
            assertContent(third, 3);
            assertThat(consumer.tryAcquire("second")).isEmpty();
            try (ResourceLink acquired = consumer.acquire("third")) {
                assertContent(acquired, 3);
                assertThat(acquired.payload().isReadOnly()).isTrue();
                assertThat(third.refcount()).isEqualTo(2);
            }
        }
        assertThat(producer.recycling().reused()).isOne();
    }

    @Test
    void aFileThatSomebodyHoldsIsNot() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        try (ResourceLink held = consumer.acquire("second")) {
            second.close();
            try (ResourceLink _ = publish("third", 3)) {
                assertThat(producer.recycling().reused()).isZero();
                assertContent(held, 2);
                assertThat(held.refcount()).as("the pool's own is one").isEqualTo(2);
            }
        }
        try (ResourceLink fourth = publish("fourth", 4)) {
            assertThat(producer.recycling().reused()).isOne();
            assertContent(fourth, 4);
        }
    }

    @Test
    void theKeyOfOneThatAnotherHasHeldLastIsFreeAMomentLater() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        ResourceLink held = consumer.acquire("second");
        second.close();
        held.close();
        Deadline.awaitTrue("its key is free", () -> consumer.list().isEmpty());
        assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(0, 0, 1, SIZE + 64));
    }

    @Test
    void aKeyThatOnlyItsProducerHoldsForLaterIsFreeForItsProducer() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        ResourceLink held = consumer.acquire("second");
        second.close();
        held.close();
        try (ResourceLink again = producer.publish("second", Content.of(new byte[5]))) {
            assertThat(again.payloadSize()).isEqualTo(5);
        }
    }

    @Test
    void aReferenceInTransitKeepsItAsWell() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        TransitReference<ResourceLink> transit = Transits.of(second);
        second.close();
        publish("third", 3).close();
        assertThat(producer.recycling().reused()).isZero();
        try (ResourceLink received = Transits.received(consumer, transit.key(), transit.kind(), transit.file())
                .accept()) {
            assertContent(received, 2);
        }
    }

    @Test
    void aKeyThatIsUsedOverAndOverAlwaysHasItsNewestContent() {
        for (int number = 1; number < 100; number++) {
            ResourceLink link = publish("frame", number);
            try (ResourceLink acquired = consumer.acquire("frame")) {
                assertContent(acquired, number);
            }
            link.close();
            Reclaimer.reclaimNow();
        }
        assertThat(producer.recycling().reused()).isEqualTo(97);
        assertThat(producer.recycling().idle() + producer.recycling().lent()).isOne();
    }

    @Test
    void memoryIsClearedForAWriterUnlessHeSaysThatHeFillsIt() {
        publishOnce();
        publish("second", 2).close();
        try (ResourceLink third = producer.publish("third",
                Content.filling(SIZE, payload -> payload.set(ValueLayout.JAVA_BYTE, 5,
                        (byte) 3)))) {
            assertThat(producer.recycling().reused()).isOne();
            byte[] expected = new byte[SIZE];
            expected[5] = 3;
            assertThat(third.readPayload(0, SIZE)).isEqualTo(expected);
        }
        Reclaimer.reclaimNow();
        try (ResourceLink fourth = producer.publish("fourth",
                Content.overwriting(SIZE, payload -> payload.fill((byte) 4)))) {
            assertThat(producer.recycling().reused()).isEqualTo(2);
            assertContent(fourth, 4);
        }
    }

    @Test
    void whatIsToBeKeptIsNotRecycled() {
        publishOnce();
        CreateOptions kept = CreateOptions.defaults().withKeep(true);
        producer.publish("second", Content.of(content(2)), kept).close();
        publish("third", 3).close();
        assertThat(producer.recycling().reused()).isZero();
        try (ResourceLink second = consumer.acquire("second")) {
            assertContent(second, 2);
        }
        assertThat(producer.remove("second")).isTrue();
    }

    @Test
    void aClosedFactoryKeepsNothing() throws IOException {
        publishOnce();
        publish("second", 2).close();
        ResourceLink third = publish("third", 3);
        producer.close();
        assertThat(third.isClosed()).isTrue();
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }
}
