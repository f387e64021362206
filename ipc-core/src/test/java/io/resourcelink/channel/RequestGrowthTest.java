package io.resourcelink.channel;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

/** One message that takes for ever keeps neither side from forgetting the others: handled ones, and requests that were given up. */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class RequestGrowthTest {

    private static final int REQUESTS = 40_000;
    /** What is left must be far below what one number of each request takes. */
    private static final long HEAP = REQUESTS * 24L;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final MessageType<Integer> NUMBER = MessageType.of(Integer.class);

    @Test
    void numbersBehindAMessageThatIsNeverHandledAreNotKept(Path directory) throws Exception {
        try (Channel here = Channel.builder().directory(directory).open();
                Channel there = Channel.builder().directory(directory).open();
                NamedServer<Integer> server = there.serve("numbers", NUMBER);
                SubSender<Integer> sender = here.connect("numbers", NUMBER)) {
            sender.send(0);
            try (Received<Integer> _ = server.receiver().take()) {
                exchange(sender, server.receiver(), 5_000);
                long before = used();
                exchange(sender, server.receiver(), REQUESTS);
                assertThat(used() - before).isLessThan(HEAP);
            }
        }
    }

    /** Sends and handles a message, a request that gets its reply, and a request that its sender has cancelled. */
    private static void exchange(SubSender<Integer> sender, SubReceiver<Integer> receiver, int rounds)
            throws Exception {
        for (int i = 0; i < rounds; i++) {
            sender.send(i);
            try (PendingReply<Integer> pending = sender.request(i, NUMBER, SendOptions.DEFAULT)) {
                sender.request(i, NUMBER, SendOptions.DEFAULT).close();
                receiver.take().close();
                for (int j = 0; j < 2; j++) {
                    try (Received<Integer> request = receiver.take()) {
                        request.reply(i, NUMBER, SendOptions.DEFAULT);
                    }
                }
                pending.await(PATIENCE).orElseThrow().close();
            }
        }
    }

    private static long used() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, memory.getHeapMemoryUsage().getUsed());
        }
        return used;
    }
}
