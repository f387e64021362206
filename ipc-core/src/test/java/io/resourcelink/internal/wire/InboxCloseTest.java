package io.resourcelink.internal.wire;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.internal.wire.SettledNumbers.Range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A receiver is closed, and something fails on the way. */
class InboxCloseTest {

    private final Inbox inbox = new Inbox(1, new Allowance(16, 1 << 20, 16));
    private final AtomicInteger discarded = new AtomicInteger();

    /** Senders of another channel, of which perhaps nothing can be told. */
    private final class Others extends Source {

        private final boolean broken;
        private @Nullable List<Range> told;

        Others(boolean broken) {
            super(inbox);
            this.broken = broken;
        }

        @Override
        String peer() {
            if (broken) {
                throw new AssertionError("thrown on purpose");
            }
            return "others";
        }

        @Override
        boolean reply(long request, EncodedMessage reply, ReplyKind kind, long nanos) {
            return false;
        }

        @Override
        void fail(long number, RequestException failure) {}

        @Override
        void finished(long number, long memory, int descriptors, boolean request) {}

        @Override
        boolean stop() {
            return false;
        }

        @Override
        boolean hasStopped() {
            return false;
        }

        @Override
        void receiverClosed(List<Range> unhandled) {
            told = unhandled;
        }

        private Others withMessage() {
            assertThat(inbox.addSource(this)).isTrue();
            assertThat(
                    inbox.put(new ReceivedMessage(this, next(), new NoContent(discarded::incrementAndGet), 0, 0, 0, 0,
                            false)))
                    .isTrue();
            return this;
        }
    }

    /** A listener ends at the moment at which its time is over. */
    @Test
    void aRequestThatCountsAsNotHandledFailsAsSuchWhateverItsListenerSaysThen() {
        LocalSource local = new LocalSource(inbox, new Window("A test"));
        PendingRequest request = new PendingRequest();
        long number = local.next();
        local.add(number, request);
        List<Range> unhandled = local.giveUp();
        local.fail(number, new RequestException(Reason.FAILED, "", null, "by its listener"));
        local.receiverClosed(unhandled);
        assertThatExceptionOfType(RequestException.class).isThrownBy(request::take)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNHANDLED));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void everySenderIsToldAndEveryMessageDiscardedWhateverFails(boolean abandon) {
        Others broken = new Others(true).withMessage();
        Others sound = new Others(false).withMessage();
        assertThatThrownBy(() -> inbox.close(new LocalSource(inbox, new Window("A test")), abandon))
                .hasMessage("thrown on purpose");
        assertThat(broken.told).containsExactly(new Range(1, 1));
        assertThat(sound.told).containsExactly(new Range(1, 1));
        assertThat(discarded).hasValue(2);
    }
}
