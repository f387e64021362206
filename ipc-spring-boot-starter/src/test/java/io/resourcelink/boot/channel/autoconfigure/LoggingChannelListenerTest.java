package io.resourcelink.boot.channel.autoconfigure;

import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.resourcelink.channel.UnhandledMessages;
import io.resourcelink.error.DisconnectedException;

import static org.assertj.core.api.Assertions.assertThat;

/** Nothing is lost without a word, and a failure that repeats does not fill the log. */
@ExtendWith(OutputCaptureExtension.class)
class LoggingChannelListenerTest {

    private final AtomicLong now = new AtomicLong(5);
    private final LoggingChannelListener listener = new LoggingChannelListener(now::get);

    @Test
    void messagesAreNamed(CapturedOutput output) {
        listener.unhandled(new UnhandledMessages("frames", "process 7", 3, 3, true));
        now.addAndGet(LoggingChannelListener.INTERVAL_NANOS);
        listener.unhandled(new UnhandledMessages("frames", "process 7", 4, 9, false));
        assertThat(output).contains(
                "Message 3 of this process to \"frames\" was not handled by process 7, which has stopped.",
                "Messages 4 to 9 of this process to \"frames\" were perhaps not handled by process 7, which has ended");
    }

    @Test
    void oneOfEachKindIsLoggedInASecond(CapturedOutput output) {
        for (int i = 1; i <= 100; i++) {
            listener.failed(new DisconnectedException("The sender", "it has ended " + i + " times."));
            listener.unhandled(new UnhandledMessages("frames", "process 7", i, i, true));
        }
        assertThat(output).contains("it has ended 1 times.", "Message 1 of").doesNotContain("2 times", "Message 2 of");
        now.addAndGet(LoggingChannelListener.INTERVAL_NANOS);
        listener.failed(new DisconnectedException("The sender", "it has ended again."));
        listener.unhandled(new UnhandledMessages("frames", "process 7", 101, 101, true));
        assertThat(output).contains("it has ended again. Earlier failures that were not logged: 99.",
                "Message 101 of", "Earlier reports that were not logged: 99.");
    }
}
