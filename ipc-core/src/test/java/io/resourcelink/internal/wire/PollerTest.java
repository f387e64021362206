package io.resourcelink.internal.wire;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;

/** The threads that wait for a channel. */
@ExtendWith(NothingLeft.class)
@Timeout(60)
class PollerTest {

    private final Failures failures = new Failures("A test");
    private final Watchlist watchlist = new Watchlist(failures);
    private final Poller poller = new Poller(watchlist, "ipc-channel-test", TimeUnit.SECONDS.toNanos(10), failures,
            this::lookAfter);
    private final AtomicInteger looks = new AtomicInteger();
    private volatile boolean more;

    /** As a listener does that closes the channel: on the thread of the leader, which looks again and again. */
    @Test
    void aLeaderWhoseChannelIsClosedMeanwhileOnlyWaits() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        AtomicBoolean arrived = new AtomicBoolean();
        Pipe first = Pipe.open();
        watchlist.add(first.reading(), watchlist.newKey(), (_, _, _) -> arrived.set(true));
        first.writing().close();
        assertThat(poller.await(lock, lock.newCondition(), arrived::get, Long.MAX_VALUE)).isTrue();
        Pipe second = Pipe.open();
        watchlist.add(second.reading(), watchlist.newKey(), (_, _, _) -> {
            assertThat(poller.stop()).isTrue();
            watchlist.free();
        });
        second.writing().close();
        assertThat(poller.await(lock, lock.newCondition(), () -> false, TimeUnit.MILLISECONDS.toNanos(5))).isFalse();
        first.reading().close();
        second.reading().close();
    }

    @Test
    void theChannelsThreadRestsWhenNothingHappensAndLooksAgainWhenItIsToldTo() throws Exception {
        more = true;
        poller.start();
        try {
            Deadline.awaitTrue("it has looked three times, because there is more to do", () -> looks.get() >= 3);
            assertThat(poller.isResting()).isFalse();

            more = false;
            Deadline.awaitTrue("it rests", poller::isResting);
            int before = looks.get();
            more = true;
            poller.lookAfterSoon();
            Deadline.awaitTrue("it has looked again", () -> looks.get() > before + 1);

            more = false;
            Deadline.awaitTrue("it rests again", poller::isResting);
            poller.runSoon(_ -> {
                more = true;
                return false;
            });
            Deadline.awaitTrue("what is to be run ends its rest", () -> more);
        } finally {
            poller.stop();
            watchlist.free();
        }
    }

    private boolean lookAfter() {
        looks.incrementAndGet();
        return more;
    }
}
