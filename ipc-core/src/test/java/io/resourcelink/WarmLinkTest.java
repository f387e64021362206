package io.resourcelink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.store.SentSegment;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SegmentState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Links that come by message to a process that has kept the file of an earlier one. */
@Timeout(60)
class WarmLinkTest extends RecyclingFixture {

    private static final int FILE_SIZE = SIZE + 64;

    private final CallFrame frame = new CallFrame();
    private Object file;
    private long address;

    WarmLinkTest() {
        super(16);
    }

    /** The producer's file has gone round once, and the consumer has kept it. */
    @BeforeEach
    void keep() {
        publish("zeroth", 0).close();
        try (ResourceLink first = publish("first", 1); ResourceLink received = sent(first).accept()) {
            file = inode("first");
            address = received.payload().address();
        }
        Reclaimer.reclaimNow();
    }

    @AfterEach
    void closeFrame() {
        frame.close();
    }

    private TransitReference<ResourceLink> sent(ResourceLink link) {
        return sent(link, FILE_SIZE);
    }

    /** Sends a link, and says that its file has this size. */
    private TransitReference<ResourceLink> sent(ResourceLink link, long size) {
        try (TransitReference<ResourceLink> transit = Transits.of(link)) {
            assertThat(transit.size()).isEqualTo(FILE_SIZE);
            return received(transit.key(), Descriptors.duplicate(transit.file()), size);
        }
    }

    private TransitReference<ResourceLink> received(String key, OpenFile received, long size) {
        return Transits.received(consumer, new SentSegment(key, ResourceKind.SHARED_MEMORY, size), received);
    }

    /** A descriptor without a lock, as no sender of this library sends it. */
    private OpenFile unlocked(String key) throws Exception {
        try (Directory opened = Directory.open(directory, 0700)) {
            return Objects.requireNonNull(opened.open(frame, key, Access.USE));
        }
    }

    private void assertWarm(ResourceLink accepted, int number) {
        assertThat(accepted.payload().address()).isEqualTo(address);
        assertThat(accepted.readPayload(0, SIZE)).containsOnly((byte) number);
    }

    @Test
    void aLookAtOneNameAsksForNoOtherFileThatIsKept() throws IOException {
        Map<String, Integer> beside = callsOfALook();
        List<ResourceLink> held = keepMore(8);
        assertThat(SharedMemoryDirectory.mappings(directory)).as("8 in each factory").hasSize(16);
        assertThat(callsOfALook()).isEqualTo(beside);
        held.forEach(ResourceLink::close);
    }

    /** The files go round once, because only such are kept. */
    private List<ResourceLink> keepMore(int count) {
        publishAll("before", count).forEach(ResourceLink::close);
        List<ResourceLink> published = publishAll("more", count);
        published.forEach(link -> sent(link).accept().close());
        Reclaimer.reclaimNow();
        return published;
    }

    private List<ResourceLink> publishAll(String key, int count) {
        return IntStream.range(0, count).mapToObj(number -> publish(key + '-' + number, number)).toList();
    }

    /** Looks at a name whose last reference was in a message. */
    private Map<String, Integer> callsOfALook() {
        TransitReference<ResourceLink> transit;
        try (ResourceLink own = consumer.create("own", 4)) {
            transit = Transits.of(own);
        }
        try (SystemCalls calls = SystemCalls.counting(Thread.currentThread()::equals)) {
            transit.sent();
            return calls.counts();
        }
    }

    @Test
    void anotherSegmentInTheSameFileIsFoundMapped() throws IOException {
        for (int number = 2; number < 20; number++) {
            try (ResourceLink link = publish("key-" + number, number); ResourceLink accepted = sent(link).accept()) {
                assertThat(inode("key-" + number)).isEqualTo(file);
                assertWarm(accepted, number);
                assertThat(accepted.key()).isEqualTo("key-" + number);
                assertThat(link.refcount()).isEqualTo(2);
            }
            Reclaimer.reclaimNow();
        }
        assertThat(SharedMemoryDirectory.mappings(directory)).hasSize(2);
        assertThat(producer.recycling().reused()).isEqualTo(18);
    }

    @Test
    void whatWasKeptForAcquisitionsServesMessagesAndTheOtherWayRound() {
        try (ResourceLink link = publish("second", 2)) {
            try (ResourceLink acquired = consumer.acquire("second")) {
                assertWarm(acquired, 2);
            }
            try (ResourceLink accepted = sent(link).accept()) {
                assertWarm(accepted, 2);
            }
        }
    }

    @Test
    void aFileIsNotFilledAgainWhileALinkToItTravels() {
        TransitReference<ResourceLink> transit;
        try (ResourceLink link = publish("second", 2)) {
            transit = sent(link);
        }
        for (int number = 3; number < 6; number++) {
            try (ResourceLink _ = publish("key-" + number, number)) {
                assertThat(inode("key-" + number)).isNotEqualTo(file);
            }
        }
        try (ResourceLink accepted = transit.accept()) {
            assertWarm(accepted, 2);
            assertThat(accepted.refcount()).as("the producer's and this one").isEqualTo(2);
        }
    }

    @Test
    void aSenderThatIsKilledMeanwhileTakesNothingAway() throws IOException {
        ResourceLink link = publish("second", 2);
        TransitReference<ResourceLink> transit = sent(link);
        producer.abandon();
        try (ResourceLink accepted = transit.accept()) {
            assertThat(link.isClosed()).isTrue();
            assertWarm(accepted, 2);
            assertThat(accepted.refcount()).isOne();
        }
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    void aKilledSendersLinkThatIsNotAcceptedLeavesNothing() {
        publish("second", 2);
        try (ResourceLink link = publish("third", 3)) {
            TransitReference<ResourceLink> transit = sent(link);
            producer.abandon();
            transit.close();
        }
        Deadline.awaitTrue("what the consumer has kept is closed, and all is collected", () -> {
            consumer.collectOrphans(Duration.ZERO);
            return consumer.list().isEmpty() && isNothingMapped();
        });
    }

    private boolean isNothingMapped() {
        try {
            return SharedMemoryDirectory.mappings(directory).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDescriptorWithoutALockIsWorthWhatItsKeyIs() throws Exception {
        OpenFile sameKey;
        OpenFile otherKey;
        try (ResourceLink _ = publish("second", 2)) {
            sameKey = unlocked("second");
            otherKey = unlocked("second");
        }
        Reclaimer.reclaimNow();
        try (ResourceLink link = publish("second", 3)) {
            assertThat(inode("second")).isEqualTo(file);
            try (ResourceLink accepted = received("second", sameKey, FILE_SIZE).accept()) {
                assertWarm(accepted, 3);
            }
            assertThat(link.refcount()).isOne();
        }
        Reclaimer.reclaimNow();
        try (ResourceLink link = publish("fourth", 4)) {
            assertThat(inode("fourth")).isEqualTo(file);
            assertThatExceptionOfType(DifferentDirectoryException.class)
                    .isThrownBy(received("second", otherKey, FILE_SIZE)::accept)
                    .withMessageContaining("the segment is not in");
            assertThat(link.refcount()).isOne();
            try (ResourceLink accepted = sent(link).accept()) {
                assertThat(accepted.readPayload(0, SIZE)).containsOnly(4);
            }
        }
    }

    @Test
    void anIdleFileIsNoSegmentHoweverItCame() throws Exception {
        OpenFile idle;
        try (ResourceLink _ = publish("second", 2)) {
            idle = unlocked("second");
        }
        assertThatExceptionOfType(DifferentDirectoryException.class)
                .isThrownBy(received("second", idle, FILE_SIZE)::accept)
                .withMessageContaining("the segment is not in");
        Reclaimer.reclaimNow();
        try (ResourceLink third = publish("third", 3)) {
            assertThat(inode("third")).as("nothing is left locked").isEqualTo(file);
            assertThat(third.refcount()).isOne();
        }
    }

    @Test
    void aRemovedNameDoesNotMatter() {
        ResourceLink link = publish("second", 2);
        TransitReference<ResourceLink> transit = sent(link);
        producer.remove("second");
        try (ResourceLink newer = publish("second", 3); ResourceLink accepted = transit.accept()) {
            assertWarm(accepted, 2);
            assertThat(accepted.info().state()).isEqualTo(SegmentState.RETIRED);
            try (ResourceLink found = consumer.acquire("second")) {
                assertThat(found.readPayload(0, SIZE)).containsOnly(3);
            }
            assertThat(newer.refcount()).isOne();
        }
        link.close();
    }

    @Test
    void aSegmentWhoseNameIsNowSomethingElseIsSentAllTheSame() throws IOException {
        try (ResourceLink link = publish("second", 2)) {
            producer.remove("second");
            Path inTheWay = Files.createDirectory(directory.resolve("second"));
            try (ResourceLink accepted = sent(link).accept()) {
                assertWarm(accepted, 2);
            } finally {
                Files.delete(inTheWay);
            }
        }
    }

    @Test
    void aTruncatedFileIsRefused() throws Exception {
        try (ResourceLink link = publish("second", 2)) {
            TransitReference<ResourceLink> shorter = sent(link);
            TransitReference<ResourceLink> longAgain = sent(link);
            try (FileChannel channel = FileChannel.open(directory.resolve("second"), StandardOpenOption.WRITE)) {
                channel.truncate(SIZE);
                assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(shorter::accept)
                        .withMessageContaining("payload");
                channel.truncate(0);
                channel.write(ByteBuffer.allocate(1), FILE_SIZE - 1);
                assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(longAgain::accept)
                        .withMessageContaining("magic");
            }
        }
    }

    @Test
    void aKeptFileThatOthersMayWriteToIsRefused() throws IOException {
        try (ResourceLink link = publish("second", 2)) {
            TransitReference<ResourceLink> transit = sent(link);
            Files.setPosixFilePermissions(directory.resolve("second"), PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThatExceptionOfType(PermissionException.class).isThrownBy(transit::accept)
                    .withMessageContaining("other users may write");
            assertThat(link.refcount()).isOne();
        }
    }

    @Test
    void aKeptFileThatACollectorHasLockedIsWaitedForAndThenRefused() throws Exception {
        publish("second", 2);
        producer.abandon();
        try (OpenFile collector = unlocked("second")) {
            assertThat(ReferenceLocks.tryExclude(frame, collector)).isTrue();
            assertThatExceptionOfType(SegmentBusyException.class)
                    .isThrownBy(received("second", unlocked("second"), FILE_SIZE)::accept)
                    .withMessageContaining("references locked");
        }
        consumer.collectOrphans(Duration.ZERO);
    }

    @Test
    void aSegmentLargerThanItsSenderSaysIsRefusedKeptOrNot() {
        try (ResourceLink link = publish("second", 2)) {
            refusedAsLarger(link);
            try (ResourceLink accepted = sent(link).accept()) {
                refusedAsLarger(link);
                assertWarm(accepted, 2);
            }
            refusedAsLarger(link);
            try (ResourceLinkFactory cold = builder().build()) {
                try (TransitReference<ResourceLink> transit = Transits.of(link)) {
                    SentSegment lie = new SentSegment("second", ResourceKind.SHARED_MEMORY, FILE_SIZE - 1);
                    assertThatExceptionOfType(InvalidSegmentException.class)
                            .isThrownBy(Transits.received(cold, lie, Descriptors.duplicate(transit.file()))::accept);
                }
            }
            assertThat(link.refcount()).isOne();
        }
    }

    private void refusedAsLarger(ResourceLink link) {
        assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(sent(link, FILE_SIZE - 1)::accept)
                .withMessageContaining("a received file of " + FILE_SIZE + " bytes")
                .withMessageContaining("at most the " + (FILE_SIZE - 1) + " bytes that its sender named");
    }
}
