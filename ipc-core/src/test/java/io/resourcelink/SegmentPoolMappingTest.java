package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.internal.mapping.Reclaimer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Which recycled files stay mapped, for how long, and what that keeps. */
@Tag("slow")
class SegmentPoolMappingTest extends SegmentPoolFixture {

    @Test
    void theLastOneOutRemovesItsNameEvenIfOthersHaveItMappedStill() throws IOException {
        publishOnce();
        ResourceLink second = publish("second", 2);
        try (ResourceLinkFactory third = builder().build()) {
            ResourceLink last = third.acquire("second");
            consumer.acquire("second").close();
            producer.abandon();
            last.close();
            assertThat(second.isClosed()).isTrue();
            Deadline.awaitTrue("its name is gone", () -> isEmpty(directory));
        }
    }

    private static boolean isEmpty(Path directory) {
        try {
            return SharedMemoryDirectory.files(directory).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aWritersMemoryEndsWhenItIsPublishedAndWhenItIsNot() {
        publishOnce();
        List<MemorySegment> written = new ArrayList<>();
        try (ResourceLink link = producer.publish("second", Content.filling(SIZE, written::add));
                ResourceLink taken = consumer.create("taken", 1)) {
            assertThat(link.payload().get(ValueLayout.JAVA_BYTE, 0)).isZero();
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> producer.publish("taken", Content.filling(SIZE, written::add)));
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> producer.publish("taken", Content.filling(10, written::add)));
            Reclaimer.reclaimNow();
            assertThat(written).hasSize(3).allSatisfy(memory -> assertThatIllegalStateException()
                    .isThrownBy(() -> memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1)));
            assertThat(link.payload().get(ValueLayout.JAVA_BYTE, 0)).isZero();
            assertThat(taken.payloadSize()).isOne();
        }
    }

    @Test
    void aLinkThatStaysKeepsNothingOfThoseThatWereOpenedAtTheSameTime() throws IOException {
        List<ResourceLink> links = new ArrayList<>();
        for (int number = 0; number < 300; number++) {
            links.add(producer.create("small-" + number, 8));
        }
        links.forEach(link -> assertThat(link.payload().get(ValueLayout.JAVA_LONG, 0)).isZero());
        links.forEach(ResourceLink::close);
        ResourceLink stays = producer.create("stays", 8);
        MemorySegment payload = stays.payload();
        for (int number = 0; number < 300; number++) {
            try (ResourceLink brief = producer.create("brief", 8)) {
                brief.payload().set(ValueLayout.JAVA_LONG, 0, number);
            }
        }
        Deadline.awaitTrue("only two directories and a segment are open",
                () -> countOpen() == 3);
        payload.set(ValueLayout.JAVA_LONG, 0, 7);
        assertThat(stays.payload().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(7);
        stays.close();
    }

    private int countOpen() {
        try {
            return SharedMemoryDirectory.openDescriptors(directory).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theConsumerMapsItOnce() throws IOException {
        publishOnce();
        long address = 0;
        for (int number = 2; number < 20; number++) {
            ResourceLink link = publish("key-" + number, number);
            try (ResourceLink acquired = consumer.acquire("key-" + number)) {
                assertContent(acquired, number);
                long now = acquired.payload().address();
                assertThat(now).isEqualTo(address == 0 ? now : address);
                address = now;
            }
            link.close();
            Reclaimer.reclaimNow();
        }
        assertThat(SharedMemoryDirectory.mappings(directory)).hasSize(2);
    }

    @Test
    void whatTheConsumerKeepsMappedIsNoReference() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        consumer.acquire("second").close();
        assertThat(second.refcount()).isOne();
        second.close();
        publish("third", 3).close();
        assertThat(producer.recycling().reused()).isOne();
    }

    @Test
    void whatTheConsumerKeepsMappedGoesWithItsOwner() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        consumer.acquire("second").close();
        producer.abandon();
        Deadline.awaitTrue("it is unmapped and collected", () -> isNothingMapped() && isEmpty(directory));
        assertThat(second.isClosed()).isTrue();
    }

    private boolean isNothingMapped() {
        try {
            return SharedMemoryDirectory.mappings(directory).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
