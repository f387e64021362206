package io.resourcelink.internal.wire;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.NothingLeft;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A receiver, as the senders of its own channel see it. */
@ExtendWith(NothingLeft.class)
@Timeout(60)
class LocalTargetTest {

    private final Watchlist watchlist = new Watchlist(new Failures("A test"));
    private final Receivers receivers = new Receivers(new Lifetime(), "0123456789abcdef", new Tickets(watchlist));
    private @Nullable Remainder left;

    /** Closes the receiver while the message is sent. */
    private final class Closing extends Attachment {

        private final LocalTarget target;

        Closing(LocalTarget target) {
            super(() -> {});
            this.target = target;
        }

        @Override
        int descriptors() {
            left = receivers.close(target, true);
            return 0;
        }

        @Override
        long memory() {
            return 0;
        }

        @Override
        boolean addTo(OutgoingMessage message, WaitLimit limit) {
            throw new AssertionError("The message stays in this process.");
        }

        @Override
        ReceivedAttachment copy() {
            return new CopiedAttachment(() -> {});
        }
    }

    @Test
    void aMessageThatIsNotTakenInIsNotReported() {
        LocalTarget target = receivers.open(new Allowance(16, 1 << 20, 16));
        target.join();
        try (EncodedMessage message = new EncodedMessage(false)) {
            message.add(new Closing(target));
            assertThatExceptionOfType(DisconnectedException.class)
                    .isThrownBy(() -> target.send(message, null, WaitLimit.of(0)));
        } finally {
            watchlist.free();
        }
        assertThat(Objects.requireNonNull(left).unhandled()).isEmpty();
    }
}
