package io.resourcelink.channel;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import io.resourcelink.Deadline;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.wire.Frame;

import static org.assertj.core.api.Assertions.assertThat;

/** A message that was not sent is in no report: its sender was told by its own call. */
class UnsentMessageTest extends HostileReceiverScene {

    @Test
    void itIsNotReportedIfTheReceiverIsClosedWhileItIsWritten() throws Exception {
        AtomicBoolean tried = new AtomicBoolean();
        try (SystemCalls _ = SystemCalls.accompanied((call, _) -> {
            if (call.equals("sendmsg") && tried.compareAndSet(false, true)) {
                peer.send(new Frame.Closed(SUBCHANNEL, 0));
                Deadline.awaitTrue("the leader has read that", () -> !reported.isEmpty() || isRead());
                return Errno.EAGAIN;
            }
            return 0;
        }, Thread.currentThread()::equals)) {
            assertThat(sender.send(new byte[1], SendOptions.DEFAULT.timeout(Duration.ZERO))).isFalse();
        }
        peer.close();
        Deadline.awaitTrue("the connection ends", () -> channel.statistics().connections() == 0);
        assertThat(reported).isEmpty();
    }

    /** Whether the leader waits until it is known what was sent. */
    private static boolean isRead() {
        return Thread.getAllStackTraces().entrySet().stream()
                .anyMatch(thread -> thread.getKey().getState() == Thread.State.WAITING && Arrays
                        .stream(thread.getValue()).anyMatch(frame -> frame.getMethodName().equals("receiverClosed")));
    }
}
