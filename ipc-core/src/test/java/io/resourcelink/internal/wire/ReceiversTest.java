package io.resourcelink.internal.wire;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.NothingLeft;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** The open receivers of a channel. */
@ExtendWith(NothingLeft.class)
@Timeout(60)
class ReceiversTest {

    private static final int ROUNDS = 5_000;
    private static final Allowance CREDITS = new Allowance(16, 1 << 20, 16);

    @Test
    void noReceiverOutlivesItsChannel() throws Exception {
        Watchlist watchlist = new Watchlist(new Failures("A test"));
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                Lifetime lifetime = new Lifetime();
                Receivers receivers = new Receivers(lifetime, "0123456789abcdef", new Tickets(watchlist));
                AtomicReference<@Nullable LocalTarget> last = new AtomicReference<>();
                Future<?> opening = threads.submit(() -> open(receivers, last));
                while (last.get() == null) {
                    Thread.onSpinWait();
                }
                lifetime.close();
                Closing closing = new Closing();
                receivers.closeAll(closing);
                closing.end();
                opening.get();
                LocalTarget opened = last.get();
                assertThat(opened).isNotNull();
                assertThatIllegalStateException().isThrownBy(opened.inbox()::poll);
                assertThat(receivers.size()).isZero();
            }
        } finally {
            watchlist.free();
        }
    }

    /** Opens receivers until the channel is closed. */
    private static void open(Receivers receivers, AtomicReference<@Nullable LocalTarget> last) {
        try {
            for (;;) {
                last.set(receivers.open(CREDITS));
            }
        } catch (IllegalStateException _) {
            // The channel is closed.
        }
    }
}
