package io.resourcelink.internal.os;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Readiness and pipes by the kernel's own answers. */
@Timeout(60)
class ReadinessTest {

    private static final int PATIENCE = 10_000;
    private static final int OFTEN = 2_000;
    private static final long BYTES_OF_A_CALL = 64;

    private final Readiness readiness = Readiness.open();
    private final Packet packet = new Packet();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(readiness, packet));

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable what : opened) {
            what.close();
        }
    }

    private Pipe pipe() {
        Pipe pipe = Pipe.open();
        opened.add(pipe.reading());
        opened.add(pipe.writing());
        return pipe;
    }

    private List<PacketSocket> pair() {
        List<PacketSocket> pair = PacketPair.open();
        opened.addAll(pair);
        return pair;
    }

    private static void assertErrno(int errno, Runnable operation) {
        assertThatExceptionOfType(OsException.class).isThrownBy(operation::run).satisfies(e -> {
            assertThat(e.errno()).isEqualTo(errno);
            assertThat(e.call()).isEqualTo("epoll_ctl");
        });
    }

    @Test
    void aPipeEndsWithItsLastWritingEnd() {
        Pipe pipe = pipe();
        readiness.add(pipe.reading(), 7);
        assertThat(readiness.await(0)).isZero();
        pipe.writing().close();
        assertThat(readiness.await(PATIENCE)).isOne();
        assertThat(readiness.key(0)).isEqualTo(7);
        assertThat(readiness.isReadable(0)).isTrue();
        assertThat(readiness.isWritable(0)).isFalse();
    }

    @Test
    void keysComeBackAsTheyAreWhateverTheirBits() {
        long[] keys = { 0, 1, Integer.MAX_VALUE, 1L << 32, 0x0123456789ABCDEFL, Long.MAX_VALUE };
        Set<Long> expected = new TreeSet<>();
        for (long key : keys) {
            Pipe pipe = pipe();
            readiness.add(pipe.reading(), key);
            pipe.writing().close();
            expected.add(key);
        }
        int ready = readiness.await(PATIENCE);
        Set<Long> found = new TreeSet<>();
        for (int i = 0; i < ready; i++) {
            found.add(readiness.key(i));
            assertThat(readiness.isReadable(i)).isTrue();
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void moreThanOneCallCanTellAreToldByTheNext() {
        Set<Long> found = new TreeSet<>();
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Pipe pipe = pipe();
            pipes.add(pipe);
            readiness.add(pipe.reading(), i);
            pipe.writing().close();
        }
        while (found.size() < 100) {
            int ready = readiness.await(PATIENCE);
            assertThat(ready).isBetween(1, 64);
            for (int i = 0; i < ready; i++) {
                long key = readiness.key(i);
                found.add(key);
                readiness.remove(pipes.get((int) key).reading());
            }
        }
        assertThat(readiness.await(0)).isZero();
    }

    @Test
    void tellsReadingFromWriting() {
        PacketSocket here = pair().getFirst();
        readiness.add(here.file(), 1);
        assertThat(readiness.await(0)).isZero();
        readiness.change(here.file(), 1, true, true);
        assertThat(readiness.await(PATIENCE)).isOne();
        assertThat(readiness.isWritable(0)).isTrue();
        assertThat(readiness.isReadable(0)).isFalse();
        readiness.change(here.file(), 1, true, false);
        assertThat(readiness.await(0)).isZero();
    }

    @Test
    void tellsTheOtherEndsClosingEvenWhileNothingIsAskedFor() {
        List<PacketSocket> pair = pair();
        readiness.add(pair.getFirst().file(), 1);
        readiness.change(pair.getFirst().file(), 1, false, false);
        pair.getLast().send(packet, 1, List.of());
        assertThat(readiness.await(0)).as("there is something to read").isZero();
        pair.getLast().close();
        assertThat(readiness.await(PATIENCE)).isOne();
        assertThat(readiness.isReadable(0)).isTrue();
    }

    @Test
    void whatWasRemovedIsNotReported() {
        Pipe pipe = pipe();
        readiness.add(pipe.reading(), 7);
        pipe.writing().close();
        readiness.remove(pipe.reading());
        assertThat(readiness.await(0)).isZero();
        readiness.add(pipe.reading(), 8);
        assertThat(readiness.await(PATIENCE)).isOne();
        assertThat(readiness.key(0)).isEqualTo(8);
    }

    @Test
    void aDescriptorIsWatchedOnce() {
        Pipe pipe = pipe();
        readiness.add(pipe.reading(), 7);
        assertErrno(Errno.EEXIST, () -> readiness.add(pipe.reading(), 8));
    }

    @Test
    void whatIsNotWatchedCannotBeChanged() {
        Pipe pipe = pipe();
        assertErrno(Errno.ENOENT, () -> readiness.change(pipe.reading(), 7, true, true));
    }

    @Test
    void whatIsAlwaysReadyCannotBeWatched() {
        OpenFile device = Descriptors.open(Path.of("/dev/null"));
        opened.add(device);
        assertThatExceptionOfType(PermissionException.class).isThrownBy(() -> readiness.add(device, 7))
                .withMessageContaining("EPERM");
        OpenFile path = Descriptors.openAsPath(Path.of("/dev/null"));
        opened.add(path);
        assertErrno(Errno.EBADF, () -> readiness.add(path, 7));
    }

    @Test
    void wakingEndsTheNextWaitOnceAndIsNoDescriptorsReadiness() {
        readiness.wake();
        readiness.wake();
        assertThat(readiness.await(PATIENCE)).isZero();
        long start = System.nanoTime();
        assertThat(readiness.await(20)).isZero();
        assertThat(System.nanoTime() - start).as("the second wait waits").isGreaterThan(15_000_000L);
    }

    @Test
    void wakingEndsAWaitOfAnotherThread() throws InterruptedException {
        List<Integer> answers = new ArrayList<>();
        Thread waiting = new Thread(() -> answers.add(readiness.await(-1)));
        waiting.start();
        readiness.wake();
        waiting.join(PATIENCE);
        assertThat(waiting.isAlive()).isFalse();
        assertThat(answers).containsExactly(0);
    }

    @Test
    void wakingHidesNothingThatIsReady() {
        Pipe pipe = pipe();
        readiness.add(pipe.reading(), 7);
        pipe.writing().close();
        readiness.wake();
        assertThat(readiness.await(PATIENCE)).isOne();
        assertThat(readiness.key(0)).isEqualTo(7);
    }

    /** It may be called where the heap has run out. What the JDK allocates for a call is some bytes once the call is compiled. */
    @Test
    void wakingTakesNoHeapOfItsOwn() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        wakeOften();
        long before = threads.getCurrentThreadAllocatedBytes();
        wakeOften();
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / OFTEN).isLessThanOrEqualTo(BYTES_OF_A_CALL);
    }

    private void wakeOften() {
        for (int time = 0; time < OFTEN; time++) {
            readiness.wake();
        }
    }

    @Test
    void wakingDoesNothingOnceItIsClosed() {
        Readiness closed = Readiness.open();
        closed.close();
        assertThatCode(closed::wake).doesNotThrowAnyException();
    }
}
