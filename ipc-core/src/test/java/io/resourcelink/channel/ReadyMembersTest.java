package io.resourcelink.channel;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.wire.Inboxes;

import static org.assertj.core.api.Assertions.assertThat;

/** Telling a set that a member has something new must not fail: the message would wait for ever. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class ReadyMembersTest {

    @Test
    void aSetIsToldWithoutHeap(Path directory) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Channel channel = Channel.builder().directory(directory.resolve("channels")).open();
                ReceiverSet set = new ReceiverSet()) {
            List<SubReceiver<byte[]>> receivers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                receivers.add(channel.bytes().receiver());
                set.add(receivers.getLast());
                set.trySelect();
            }
            long least = Long.MAX_VALUE;
            for (SubReceiver<byte[]> receiver : receivers.subList(200, receivers.size())) {
                long before = threads.getCurrentThreadAllocatedBytes();
                Inboxes.end(receiver.inbox());
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isZero();
        }
    }
}
