package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;

/** What the leader does before it sleeps. */
class WatchlistTest {

    private final Watchlist watchlist = new Watchlist(new Failures("A test"));
    private final List<Boolean> asked = new ArrayList<>();

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
}
