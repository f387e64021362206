package io.resourcelink.internal.wire;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;
import io.resourcelink.internal.wire.Frame.ReplyKind;

import static org.assertj.core.api.Assertions.assertThat;

/** Replies that cross with the end of the wait, and what failures look like on their way. */
class PendingRequestTest {

    private final AtomicInteger left = new AtomicInteger();
    private final AtomicInteger discarded = new AtomicInteger();
    private final PendingRequest request = new PendingRequest();

    /** The reply arrives while the receiver is told that no thread waits for it. */
    private final class Crossing implements Target {

        @Override
        public boolean tryJoin() {
            return true;
        }

        @Override
        public void leave() {
            left.incrementAndGet();
        }

        @Override
        public long process() {
            return 0;
        }

        @Override
        public String peer() {
            return "a test";
        }

        @Override
        public Window window() {
            throw new AssertionError();
        }

        @Override
        public boolean send(EncodedMessage message, @Nullable PendingRequest ofMessage, WaitLimit limit) {
            throw new AssertionError();
        }

        @Override
        public void cancel(long number) {
            request.reply(ReplyKind.RESULT, new NoContent(discarded::incrementAndGet));
        }

        @Override
        public @Nullable TicketedSender ticket(WaitLimit limit) {
            throw new AssertionError();
        }
    }

    @Test
    void aReplyThatCrossesTheEndOfTheWaitIsDiscarded() {
        request.sent(new Crossing(), 1);
        request.cancel();
        assertThat(discarded).hasValue(1);
        assertThat(left).hasValue(1);
        request.cancel();
        assertThat(discarded).hasValue(1);
        assertThat(left).hasValue(1);
    }

    @Test
    void anyFailureFitsIntoItsFrame() {
        for (String character : List.of("x", "ü", "€", "\uD83D\uDE00", "\u0000")) {
            String text = character.repeat(40_000);
            RequestException arrived = RequestFailures
                    .decode(HeaderFormat.decode(RequestFailures.encode(new RequestException(Reason.EXPIRED, text, text,
                            text))));
            assertThat(arrived.reason()).isEqualTo(Reason.EXPIRED);
            assertThat(arrived.type()).startsWith(character.repeat(100));
        }
    }
}
