package io.resourcelink.internal.wire;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What it takes to finish a message. */
class ReceivedMessageTest {

    private static final int MESSAGES = 1_000;

    /** An exception that nobody is told takes more than a hundred times this. */
    private static final long BYTES = 64;

    @Test
    void finishingAMessageThatWantsNoReplyMakesNoException() {
        Inbox inbox = new Inbox(1, new Allowance(2 * MESSAGES, 1 << 20, 16));
        LocalSource source = new LocalSource(inbox, new Window("A test"));
        List<ReceivedMessage> messages = new ArrayList<>();
        for (int i = 0; i < 2 * MESSAGES; i++) {
            messages.add(new ReceivedMessage(source, source.next(), new NoContent(() -> {}), 0, 0, 0, 0, false));
        }
        messages.subList(0, MESSAGES).forEach(ReceivedMessage::finish);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        messages.subList(MESSAGES, 2 * MESSAGES).forEach(ReceivedMessage::finish);
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / MESSAGES).isLessThanOrEqualTo(BYTES);
    }
}
