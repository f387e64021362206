package io.resourcelink;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.NothingLeft.Holdings;
import io.resourcelink.internal.os.PacketPair;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.os.Readiness;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class NothingLeftTest {

    @Test
    void descriptorsAreSeen() {
        Holdings before = Holdings.now();
        Pipe pipe = Pipe.open();
        List<PacketSocket> sockets = PacketPair.open();
        Readiness readiness = Readiness.open();
        List<String> left = Holdings.now().minus(before);
        readiness.close();
        sockets.forEach(PacketSocket::close);
        pipe.reading().close();
        pipe.writing().close();
        assertThat(left).anyMatch(each -> each.contains("pipe:")).anyMatch(each -> each.contains("[eventpoll]"))
                .filteredOn(each -> each.contains("socket:")).hasSize(2);
        assertThat(Holdings.now().minus(before)).isEmpty();
    }

    @Test
    void memoryIsSeenAndSoIsItsMapping() {
        Holdings before = Holdings.now();
        try (SharedMemory memory = SharedMemory.fromByte((byte) 1, 100_000)) {
            assertThat(memory.asSegment().byteSize()).isEqualTo(100_000);
            assertThat(Holdings.now().minus(before)).anyMatch(each -> each.contains("descriptor of /memfd:"))
                    .anyMatch(each -> each.contains("mapping of "));
        }
        // The thread that closes memory ends by itself, a second after it was needed. All else is gone at once.
        assertThat(Holdings.now().minus(before)).allMatch(each -> each.contains("thread ipc-reclaimer"));
        Deadline.awaitTrue("nothing is left", () -> Holdings.now().minus(before).isEmpty());
    }

    @Test
    void threadsAreSeen() throws InterruptedException {
        Holdings before = Holdings.now();
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().name("ipc-test").start(() -> {
            try {
                end.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(Holdings.now().minus(before)).singleElement().asString().contains("thread ipc-test");
        end.countDown();
        thread.join();
        assertThat(Holdings.now().minus(before)).isEmpty();
    }
}
