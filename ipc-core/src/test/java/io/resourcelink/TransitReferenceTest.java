package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SegmentState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** References that go from one factory to another, which stand for two processes. */
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class TransitReferenceTest extends TransitFixture {

    @Test
    void aSegmentGoesFromOneFactoryToAnother() {
        TransitReference<ResourceLink> transit = sent(link);
        assertThat(transit.key()).isEqualTo("key");
        assertThat(transit.kind()).isEqualTo(ResourceKind.SHARED_MEMORY);
        ResourceLink accepted = transit.accept();
        assertThat(accepted.key()).isEqualTo("key");
        assertThat(accepted.readPayload(0, 4)).isEqualTo(CONTENT);
        assertThat(accepted.refcount()).isEqualTo(2);
        link.close();
        assertThat(accepted.info().state()).isEqualTo(SegmentState.OPEN);
        assertThat(accepted.refcount()).isOne();
        accepted.close();
        assertThat(sender.list()).isEmpty();
    }

    @Test
    void aReferenceInTransitIsCountedOnceUntilItIsDropped() {
        TransitReference<ResourceLink> unsent = Transits.of(link);
        assertThat(link.refcount()).isEqualTo(2);
        TransitReference<ResourceLink> queued = received("key", Descriptors.duplicate(unsent.file()));
        assertThat(link.refcount()).isEqualTo(2);
        TransitReference<ResourceLink> second = sent(link);
        assertThat(link.refcount()).isEqualTo(3);
        assertThat(receiver.info("key").orElseThrow().refcount()).isEqualTo(3);
        unsent.close();
        assertThat(link.refcount()).isEqualTo(3);
        queued.close();
        assertThat(link.refcount()).isEqualTo(2);
        second.close();
        second.close();
        assertThat(link.refcount()).isOne();
        assertThat(link.readPayload(0, 4)).isEqualTo(CONTENT);
    }

    @Test
    void itKeepsASegmentThatItsSenderHasClosed() {
        TransitReference<ResourceLink> transit = sent(link);
        link.close();
        sender.close();
        assertThat(receiver.collectOrphans(Duration.ZERO).collected()).isEmpty();
        assertThat(receiver.info("key").orElseThrow().refcount()).isOne();
        assertThat(receiver.remove("other")).isFalse();
        try (ResourceLink accepted = transit.accept()) {
            assertThat(accepted.readPayload(0, 4)).isEqualTo(CONTENT);
            assertThat(accepted.info().state()).isEqualTo(SegmentState.OPEN);
        }
        assertThat(receiver.list()).isEmpty();
    }

    @Test
    void theLastOneDroppedWithoutBeingAcceptedRemovesTheName() throws IOException {
        TransitReference<ResourceLink> transit = sent(link);
        link.close();
        assertThat(SharedMemoryDirectory.files(directory)).containsExactly("key");
        transit.close();
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    void theLastOneThatWasNeverSentRemovesTheName() throws IOException {
        TransitReference<ResourceLink> transit = Transits.of(link);
        link.close();
        assertThat(SharedMemoryDirectory.files(directory)).containsExactly("key");
        transit.close();
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
        assertThatIllegalStateException().isThrownBy(transit::file).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(transit::accept);
    }

    @Test
    void aSegmentToBeKeptOutlivesItsLastReferenceInTransit() {
        ResourceLink kept = sender.create("kept", 4, CreateOptions.defaults().withKeep(true));
        TransitReference<ResourceLink> transit = sent(kept);
        kept.close();
        transit.close();
        assertThat(receiver.info("kept").orElseThrow().refcount()).isZero();
        receiver.remove("kept");
    }

    @Test
    void oneToBeKeptIsAcceptedHoweverOldItIs() {
        CreateOptions brief = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMillis(1));
        ResourceLink kept = sender.create("kept", 4, brief);
        TransitReference<ResourceLink> transit = sent(kept);
        kept.close();
        Deadline.awaitTrue("its time is over", () -> receiver.info("kept").orElseThrow().expired());
        try (ResourceLink accepted = transit.accept()) {
            assertThat(accepted.isExpired()).isTrue();
            assertThat(accepted.refcount()).isOne();
        }
        assertThat(receiver.list()).extracting(ResourceLinkInfo::key).doesNotContain("kept");
    }

    @Test
    void oneWhoseDescriptorDiedWithItsReceiverIsLeftToTheWatcher() throws Exception {
        BlockingQueue<Collected> collected = new LinkedBlockingQueue<>();
        try (ResourceLinkFactory _ = ResourceLinkFactory.builder().directory(directory).watch(true)
                .listener(new ResourceLinkListener() {
                    @Override
                    public void collected(Collected orphan) {
                        collected.add(orphan);
                    }
                }).build()) {
            TransitReference<ResourceLink> transit = sent(link);
            link.close();
            assertThat(receiver.info("key").orElseThrow().refcount()).isOne();
            transit.file().close();
            assertThat(collected.poll(30, TimeUnit.SECONDS)).isNotNull().extracting(Collected::key).isEqualTo("key");
        }
    }

    @Test
    void aFactoryThatHasTheSegmentOpenSharesItsMapping() throws IOException {
        try (ResourceLink present = receiver.acquire("key")) {
            int mappings = SharedMemoryDirectory.mappings(directory).size();
            ResourceLink accepted = sent(link).accept();
            assertThat(accepted.payload().address()).isEqualTo(present.payload().address());
            assertThat(SharedMemoryDirectory.mappings(directory)).hasSize(mappings);
            assertThat(link.refcount()).isEqualTo(3);
            accepted.close();
            assertThat(present.readPayload(0, 4)).isEqualTo(CONTENT);
        }
        assertThat(link.refcount()).isOne();
    }

    @Test
    void aLinkComesBackToItsOwnFactory() {
        try (TransitReference<ResourceLink> transit = Transits.of(link); ResourceLink back = transit.accept()) {
            assertThat(back.payload().address()).isEqualTo(link.payload().address());
            assertThat(link.refcount()).isEqualTo(2);
        }
        assertThat(link.refcount()).isOne();
    }

    @Test
    void aRemovedNameDoesNotKeepASegmentFromTravelling() {
        TransitReference<ResourceLink> before = sent(link);
        receiver.remove("key");
        TransitReference<ResourceLink> after = sent(link);
        link.close();
        try (ResourceLink first = before.accept(); ResourceLink second = after.accept()) {
            assertThat(first.info().state()).isEqualTo(SegmentState.RETIRED);
            assertThat(second.readPayload(0, 4)).isEqualTo(CONTENT);
            assertThat(second.payload().address()).isEqualTo(first.payload().address());
            assertThat(second.refcount()).isEqualTo(2);
        }
        assertThat(receiver.list()).isEmpty();
    }

    @Test
    void aSegmentWhoseKeyWasGivenToAnotherTravelsBesideIt() {
        TransitReference<ResourceLink> first = sent(link);
        sender.remove("key");
        try (ResourceLink newer = receiver.create("key", 8)) {
            ResourceLink older = first.accept();
            assertThat(older.readPayload(0, 4)).isEqualTo(CONTENT);
            ResourceLink again = sent(link).accept();
            assertThat(again.payload().address()).isEqualTo(older.payload().address());
            again.close();
            try (ResourceLink found = receiver.acquire("key")) {
                assertThat(found.payload().address()).isEqualTo(newer.payload().address());
            }
            older.close();
            sent(link).close();
            link.close();
            assertThat(receiver.info("key").orElseThrow().payloadSize()).isEqualTo(8);
        }
        assertThat(receiver.list()).isEmpty();
    }

    @Test
    void mappedFilesTravelAsWell() {
        CreateOptions options = CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE);
        try (ResourceLink file = sender.create("key", 8, options);
                TransitReference<ResourceLink> transit = Transits.of(file)) {
            assertThat(transit.kind()).isEqualTo(ResourceKind.MAPPED_FILE);
            try (ResourceLink accepted = Transits.received(receiver, "key", transit.kind(),
                    Descriptors.duplicate(transit.file())).accept()) {
                assertThat(accepted.payloadSize()).isEqualTo(8);
                assertThat(accepted.kind()).isEqualTo(ResourceKind.MAPPED_FILE);
            }
            TransitReference<ResourceLink> lie = received("key", Descriptors.duplicate(transit.file()));
            assertThatExceptionOfType(DifferentDirectoryException.class).isThrownBy(lie::accept);
            assertThat(file.refcount()).isEqualTo(2);
        }
    }

    @Test
    void aPublishedSegmentStaysReadOnly() {
        try (ResourceLink published = sender.publish("published",
                Content.filling(4, payload -> payload.fill((byte) 7)));
                ResourceLink accepted = sent(published).accept()) {
            assertThat(accepted.payload().isReadOnly()).isTrue();
            assertThat(accepted.readPayload(0, 4)).containsOnly(7);
        }
    }

    @Test
    void acceptingLocksAByteEvenIfTheSenderDidNot() throws Exception {
        try (ResourceLink accepted = received("key", file("key")).accept()) {
            assertThat(link.refcount()).isEqualTo(2);
            accepted.writePayload(new byte[]{ 9 });
        }
        assertThat(link.refcount()).isOne();
    }

    @Test
    void oneThatWasSentLooksAfterTheSegmentIfItsLinkIsClosedAlready() {
        ResourceLink closed = sender.create("left", 8);
        TransitReference<ResourceLink> reference = Transits.of(closed);
        closed.close();
        assertThat(receiver.info("left").orElseThrow().refcount()).as("in transit").isOne();
        reference.sent();
        assertThat(receiver.info("left")).isEmpty();
    }

    @Test
    void aReferenceOutlivesItsSendersFactoryAndIsLeftToACollector() {
        TransitReference<ResourceLink> transit = Transits.of(link);
        sender.close();
        assertThat(receiver.info("key").orElseThrow().refcount()).isOne();
        transit.close();
        assertThat(receiver.info("key").orElseThrow().refcount()).isZero();
        assertThat(receiver.collectOrphans(Duration.ZERO).collected()).hasSize(1);
    }

    @Test
    void inProcessSegmentsDoNotTravel() throws Exception {
        try (ResourceLinkFactory inProcess = ResourceLinkFactory.builder().inProcess(new InProcessMemory(1 << 20))
                .build();
                ResourceLink local = inProcess.create("key", 1)) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> Transits.of(local)).withMessageContaining("memory of this JVM");
            TransitReference<ResourceLink> transit = Transits.received(inProcess, "key", ResourceKind.SHARED_MEMORY,
                    file("key"));
            assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(transit::accept);
            Transits.received(inProcess, "key", ResourceKind.SHARED_MEMORY, file("key")).close();
        }
    }

    @Test
    void acceptedMemoryIsMappedOnlyAsLongAsItIsHeld() {
        ResourceLink accepted = sent(link).accept();
        MemorySegment payload = accepted.payload();
        accepted.close();
        Reclaimer.reclaimNow();
        assertThat(payload.scope().isAlive()).isFalse();
        assertThat(link.readPayload(0, 4)).isEqualTo(CONTENT);
    }
}
