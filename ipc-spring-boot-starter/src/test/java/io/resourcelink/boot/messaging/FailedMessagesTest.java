package io.resourcelink.boot.messaging;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class FailedMessagesTest {

    private final AtomicLong now = new AtomicLong();
    private final FailedMessages failed = new FailedMessages("frames", now::get);

    @Test
    void eachKindIsLoggedOnceInAnInterval(CapturedOutput output) {
        for (int number = 1; number <= 5; number++) {
            failed.report("process 7", number, new IllegalStateException("broken"));
        }
        failed.report("process 7", 6, new IOException("full"));
        assertThat(output)
                .containsOnlyOnce(
                        "The listener at \"frames\" failed while handling message 1 from process 7; the listener goes on.")
                .containsOnlyOnce("java.lang.IllegalStateException: broken")
                .containsOnlyOnce("while handling message 6 from process 7");
    }

    @Test
    void theNextIntervalSaysHowManyWereNotLogged(CapturedOutput output) {
        for (int number = 1; number <= 5; number++) {
            failed.report("process 7", number, new IllegalStateException("broken"));
        }
        now.addAndGet(FailedMessages.INTERVAL_NANOS);
        failed.report("process 7", 6, new IllegalStateException("broken"));
        assertThat(output).contains(
                "handling message 6 from process 7; the listener goes on. 4 earlier failures of this kind were not logged.");
    }
}
