package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;

/** What the leader does before it sleeps, and where it looks. */
class WatchlistTest {

    private static final int LOOKS = 100;

    private final Watchlist watchlist = new Watchlist(new Failures("A test"));
    private final List<Boolean> asked = new ArrayList<>();
    private final Peer peer = new Peer();

    /** Something that is always ready. */
    private static final class Peer implements Watchlist.Tryable {

        private int told;
        private int tried;
        private boolean some;
        private boolean fails;

        @Override
        public void ready(boolean readable, boolean writable, BooleanSupplier enough) {
            told++;
        }

        @Override
        public boolean tryToRead(BooleanSupplier enough) {
            tried++;
            if (fails) {
                throw new IllegalStateException("it fails");
            }
            return some;
        }
    }

    @AfterEach
    void free() {
        watchlist.free();
    }

    private void poll() {
        watchlist.poll(0, () -> false);
    }

    @Test
    void aTaskThatIsPutOffRunsInEachTurnUntilItIsDone() {
        watchlist.runSoon(mayWait -> {
            asked.add(mayWait);
            return asked.size() < 3;
        });

        poll();
        assertThat(asked).hasSize(1);
        assertThat(watchlist.hasTasks()).isTrue();
        poll();
        poll();
        assertThat(watchlist.hasTasks()).isFalse();
        poll();
        assertThat(asked).containsExactly(true, true, true);
    }

    @Test
    void aTaskThatFailsIsNotRunAgain() {
        watchlist.runSoon(mayWait -> {
            asked.add(mayWait);
            throw new IllegalStateException("it fails");
        });

        poll();
        poll();

        assertThat(asked).hasSize(1);
        assertThat(watchlist.hasTasks()).isFalse();
    }

    /** Watches a pipe whose other end is closed, so that it is ready for ever. */
    private long watch(Pipe pipe, Watchlist.Watched what) {
        long key = watchlist.newKey();
        watchlist.add(pipe.reading(), key, what);
        pipe.writing().close();
        return key;
    }

    private void look(int times) {
        for (int look = 0; look < times; look++) {
            watchlist.look(() -> false);
        }
    }

    @Test
    void aLookIsMostlyWhereSomethingIsLikely() {
        Pipe pipe = Pipe.open();
        long key = watch(pipe, peer);

        look(LOOKS);

        assertThat(peer.tried).isGreaterThan(LOOKS / 2);
        assertThat(peer.told).as("all are asked for now and then").isGreaterThan(LOOKS / 20);
        assertThat(peer.tried + peer.told).isEqualTo(LOOKS);
        assertThat(watchlist.reported()).as("tries in vain do not count").isEqualTo(peer.told);

        watchlist.remove(pipe.reading(), key);
        pipe.reading().close();
        look(LOOKS);

        assertThat(peer.tried + peer.told).as("what is not watched any more is left alone").isEqualTo(LOOKS);
    }

    @Test
    void othersHaveTheirTurnAfterEachTryThatHasFoundSomething() {
        peer.some = true;
        Pipe pipe = Pipe.open();
        watch(pipe, peer);
        look(1);
        Pipe other = Pipe.open();
        watch(other, (_, _, _) -> asked.add(true));

        look(LOOKS);

        assertThat(peer.tried).isEqualTo(LOOKS / 2);
        assertThat(asked).hasSize(LOOKS / 2);
        assertThat(watchlist.reported()).as("tries count like reports").isEqualTo(1 + LOOKS / 2 * 3);
        pipe.reading().close();
        other.reading().close();
    }

    /** What is reported when the leader has what it waits for has not brought it. */
    @Test
    void likelyIsOnlyWhatBringsWhatIsWaitedFor() {
        Pipe pipe = Pipe.open();
        watch(pipe, peer);

        for (int look = 0; look < LOOKS; look++) {
            watchlist.look(() -> true);
        }

        assertThat(peer.tried).isZero();
        pipe.reading().close();
    }

    @Test
    void whatCanOnlyBeToldIsAskedForInEachLook() {
        Pipe pipe = Pipe.open();
        watch(pipe, (_, _, _) -> asked.add(true));

        look(LOOKS);

        assertThat(asked).hasSize(LOOKS);
        pipe.reading().close();
    }

    @Test
    void aTaskIsRunByTheNextLook() {
        Pipe pipe = Pipe.open();
        watch(pipe, peer);
        look(1);
        watchlist.runSoon(asked::add);

        look(1);

        assertThat(asked).hasSize(1);
        pipe.reading().close();
    }

    @Test
    void aTryThatFailsHoldsUpNothing() {
        peer.fails = true;
        Pipe pipe = Pipe.open();
        watch(pipe, peer);

        look(LOOKS);

        assertThat(peer.tried).isPositive();
        assertThat(peer.told).isPositive();
        pipe.reading().close();
        assertThat(watchlist.isBusy()).isFalse();
    }

    @Test
    void nothingIsTriedOnceItIsStopped() {
        Pipe pipe = Pipe.open();
        watch(pipe, peer);
        look(1);
        watchlist.stop();

        look(LOOKS);

        assertThat(peer.tried).isZero();
        pipe.reading().close();
    }
}
