package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.Retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A payload that is used after its link was closed never shows what its memory was given out for since then. */
class LateReaderTest extends RecyclingFixture {

    private static final int NUMBERS = 100;

    private final Set<Object> published = new HashSet<>();

    LateReaderTest() {
        super(64);
    }

    @BeforeEach
    void publishOnce() {
        publish("first", 1).close();
    }

    /** The JDK may interrupt a thread whose access to memory it ends. */
    private static void forgetInterrupt() {
        boolean _ = Thread.interrupted();
    }

    private void publishMany() {
        published.clear();
        for (int number = 3; number < 20; number++) {
            try (ResourceLink _ = publish("again", number)) {
                published.add(inode("again"));
            }
        }
    }

    private void assertNotGivenOut(Object file, MemorySegment late) {
        publishMany();
        assertThat(LateReader.isFilledWith(late, 2)).isTrue();
        assertThat(published).doesNotContain(file);
        assertThat(producer.recycling().reused()).as("other files are recycled").isPositive();
    }

    private void assertGivenOutAgain(Object file, MemorySegment late) {
        Deadline.awaitTrue("its memory is given out again", () -> {
            publishMany();
            return published.contains(file);
        });
        assertThatIllegalStateException().isThrownBy(() -> LateReader.isFilledWith(late, 2));
    }

    @Test
    void inItsProducer() {
        ResourceLink link = publish("second", 2);
        Object file = inode("second");
        MemorySegment late = link.payload();
        try (LateReader _ = LateReader.of(late)) {
            link.close();
            assertNotGivenOut(file, late);
        }
        assertGivenOutAgain(file, late);
    }

    @Test
    void inAWriterThatKeepsTheMemoryItWasGiven() {
        List<LateReader> writers = new ArrayList<>();
        AtomicReference<MemorySegment> given = new AtomicReference<>(MemorySegment.NULL);
        ResourceLink link = producer.publish("second", Content.filling(SIZE, memory -> {
            given.set(memory.fill((byte) 2));
            writers.add(LateReader.of(memory));
        }));
        Object file = inode("second");
        link.close();
        assertNotGivenOut(file, given.get());
        writers.forEach(LateReader::close);
        assertGivenOutAgain(file, given.get());
    }

    @Test
    void inAConsumer() {
        ResourceLink link = publish("second", 2);
        Object file = inode("second");
        ResourceLink acquired = consumer.acquire("second");
        MemorySegment late = acquired.payload();
        try (LateReader _ = LateReader.of(late)) {
            acquired.close();
            link.close();
            assertNotGivenOut(file, late);
        }
        assertGivenOutAgain(file, late);
    }

    @Test
    void aFileThatOthersHaveReleasedIsTakenWhileAnotherOneHasALateReader() {
        ResourceLink viewed = publish("second", 2);
        ResourceLink released = publish("third", 3);
        Object file = inode("third");
        ResourceLink acquired = consumer.acquire("second");
        try (LateReader _ = LateReader.of(acquired.payload())) {
            acquired.close();
            viewed.close();
            try (ResourceLink _ = consumer.acquire("third")) {
                released.close();
            }
            try (ResourceLink _ = publish("fourth", 4)) {
                assertThat(inode("fourth")).isEqualTo(file);
            }
        }
    }

    @Test
    void inAConsumerThatGetsTheFileByMessagesAgainAndAgain() {
        ResourceLink link = publish("second", 2);
        Object file = inode("second");
        ResourceLink accepted = accepted(link);
        MemorySegment late = accepted.payload();
        try (LateReader _ = LateReader.of(late)) {
            accepted.close();
            try (ResourceLink again = accepted(link)) {
                assertThat(again.payload().address()).as("the kept mapping").isEqualTo(late.address());
            }
            link.close();
            assertNotGivenOut(file, late);
        }
        assertGivenOutAgain(file, late);
    }

    private ResourceLink accepted(ResourceLink link) {
        TransitReference<ResourceLink> transit = Transits.of(link);
        return Transits.received(consumer, link.key(), link.kind(), transit.file()).accept();
    }

    @Test
    void inAConsumerThatClosesItsFactory() {
        ResourceLink link = publish("second", 2);
        Object file = inode("second");
        ResourceLink acquired = consumer.acquire("second");
        MemorySegment late = acquired.payload();
        try (LateReader _ = LateReader.of(late)) {
            consumer.close();
            link.close();
            assertNotGivenOut(file, late);
        }
    }

    @Test
    void inAnotherProcess() throws Exception {
        ResourceLink link = publish("second", 2);
        Object file = inode("second");
        try (PeerProcess reader = PeerProcess.start(Reader.class, List.of(), directory.toString())) {
            reader.expect("reads");
            link.close();
            publishMany();
            assertThat(published).doesNotContain(file);
            assertThat(reader.ask("is it the same?")).isEqualTo("true");
            reader.kill();
        }
        Deadline.awaitTrue("its memory is given out again", () -> {
            publishMany();
            return published.contains(file);
        });
    }

    /** Reads the segment "second" late, and says whether it is still the same. */
    static final class Reader {

        public static void main(String[] arguments) throws IOException {
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build()) {
                ResourceLink link = factory.acquire("second");
                MemorySegment late = link.payload();
                LateReader _ = LateReader.of(late);
                link.close();
                System.out.println("reads");
                while (System.in.read() >= 0) {
                    if (System.in.available() == 0) {
                        System.out.println(LateReader.isFilledWith(late, 2));
                    }
                }
            }
        }
    }

    @Test
    void theKeyIsFreeAtOnce() {
        ResourceLink link = publish("second", 2);
        ResourceLink acquired = consumer.acquire("second");
        MemorySegment late = acquired.payload();
        try (LateReader _ = LateReader.of(late)) {
            acquired.close();
            assertThat(link.refcount()).isOne();
            link.close();
            assertThat(consumer.tryAcquire("second")).isEmpty();
            try (ResourceLink again = publish("second", 3)) {
                assertThat(LateReader.isFilledWith(again.payload(), 3)).isTrue();
                assertThat(LateReader.isFilledWith(late, 2)).isTrue();
            }
        }
    }

    @Test
    void howeverLateItIs() {
        record Late(MemorySegment view, int number) {

            boolean hasEnded(int at) {
                try {
                    assertThat(view.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) number);
                    return false;
                } catch (IllegalStateException _) {
                    forgetInterrupt();
                    return true;
                }
            }
        }
        Deque<Late> views = new ArrayDeque<>();
        for (int round = 0; round < 2_000; round++) {
            int number = round % NUMBERS;
            int at = round * 31 % SIZE;
            try (ResourceLink link = publish("again", number); ResourceLink acquired = consumer.acquire("again")) {
                views.add(new Late(acquired.payload(), number));
                views.add(new Late(link.payload(), number));
            }
            views.removeIf(late -> late.hasEnded(at));
        }
        assertThat(producer.recycling().reused()).isPositive();
        Deadline.awaitTrue("all of them end", () -> {
            views.removeIf(late -> late.hasEnded(0));
            return views.isEmpty();
        });
    }

    private List<LateReader> leaveReaders(int files) {
        List<ResourceLink> links = new ArrayList<>();
        for (int number = 0; number < files; number++) {
            links.add(publish("late-" + number, 2));
        }
        List<LateReader> readers = links.stream().map(link -> LateReader.of(link.payload())).toList();
        links.forEach(ResourceLink::close);
        return readers;
    }

    @Test
    void someThatStayDoNotHideTheFilesThatAreFree() {
        List<LateReader> readers = leaveReaders(2);
        long before = producer.recycling().reused();
        ResourceLink latest = publish("again", 3);
        for (int number = 0; number < 10; number++) {
            // The rate of a camera: one file at least was closed long ago, and no other is looked at meanwhile.
            LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
            latest.close();
            latest = publish("again", 3);
        }
        latest.close();
        readers.forEach(LateReader::close);
        assertThat(producer.recycling().reused() - before).isGreaterThan(5);
    }

    @Test
    void someThatStayDoNotTakeTheRoomOfTheRound() {
        try (ResourceLinkFactory small = builder().recycling(new Retention(3, 512L << 20, Duration.ofDays(1)))
                .build()) {
            producer.close();
            producer = small;
            publish("first", 1).close();
            List<LateReader> readers = leaveReaders(3);
            long before = producer.recycling().reused();
            publishMany();
            readers.forEach(LateReader::close);
            assertThat(producer.recycling().reused() - before).isPositive();
        }
    }

    @Test
    void whileItsProducerNeedsRoom() {
        ResourceLink link = publish("second", 2);
        ResourceLink acquired = consumer.acquire("second");
        MemorySegment late = acquired.payload();
        try (LateReader _ = LateReader.of(late)) {
            acquired.close();
            link.close();
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> producer.create("huge", 1L << 45));
            assertThat(LateReader.isFilledWith(late, 2)).isTrue();
        }
    }

    /** Opens so many small segments at once, and closes some, that others share an arena. Returns those others. */
    private List<ResourceLink> linksThatShare() {
        List<ResourceLink> links = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            links.add(producer.create("small-" + number, SIZE));
        }
        links.subList(0, 10).forEach(ResourceLink::payload);
        links.subList(0, 10).forEach(ResourceLink::close);
        List<ResourceLink> sharing = links.subList(10, 20);
        sharing.forEach(link -> link.payload().fill((byte) 2));
        return sharing;
    }

    @Test
    void inARunningCallAfterAllThatShareAnArenaAreClosed() {
        List<ResourceLink> links = linksThatShare();
        MemorySegment late = links.get(5).payload();
        try (LateReader _ = LateReader.of(late)) {
            links.forEach(ResourceLink::close);
            Reclaimer.reclaimAllNow();
            assertThat(LateReader.isFilledWith(late, 2)).isTrue();
        }
        Deadline.awaitTrue("it ends", () -> !late.scope().isAlive());
    }
}
