package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;

/** Messages that are finished while their receiver, whose time is over, tells that they are not handled. */
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(60)
class HandledTooLateTest {

    private static final MessageType<Integer> NUMBER = MessageType.of(Integer.class);

    private final Queue<UnhandledMessages> reported = new ConcurrentLinkedQueue<>();

    private Channel sending(Path directory) {
        return Channel.builder().directory(directory.resolve("c")).listener(new ChannelListener() {

            @Override
            public void unhandled(UnhandledMessages messages) {
                reported.add(messages);
            }
        }).open();
    }

    @Test
    void bothSidesCountThemAsNotHandled(Path directory) throws Exception {
        try (Channel receiving = Channel.builder().directory(directory.resolve("c")).open();
                Channel first = sending(directory);
                Channel second = sending(directory);
                NamedServer<Integer> server = receiving.serve("numbers", NUMBER);
                SubSender<Integer> toFirst = first.connect("numbers", NUMBER);
                SubSender<Integer> toSecond = second.connect("numbers", NUMBER)) {
            toFirst.send(1);
            toSecond.send(2);
            List<Received<Integer>> open = List.of(server.receiver().take(), server.receiver().take());
            server.stop();
            AtomicBoolean told = new AtomicBoolean();
            Thread own = Thread.currentThread();
            DrainReport report;
            try (SystemCalls _ = SystemCalls.accompanied((function, _) -> {
                if (function.equals("sendmsg") && told.compareAndSet(false, true)) {
                    closeAll(open);
                }
                return 0;
            }, own::equals)) {
                report = server.drain(Duration.ZERO);
            }
            assertThat(told).as("a sender was told while the messages were closed").isTrue();
            assertThat(report.unhandled()).extracting(UnhandledMessages::first).containsExactly(1L, 1L);
            Deadline.awaitTrue("both senders are told: " + reported, () -> reported.size() == 2);
            assertThat(reported).extracting(UnhandledMessages::first).containsExactly(1L, 1L);
        }
    }

    /** One of the two waits for the writer that is held meanwhile. */
    private static void closeAll(List<Received<Integer>> open) {
        List<Thread> closing = open.stream().map(each -> Thread.ofPlatform().start(each::close)).toList();
        Deadline.awaitTrue("one is closed", () -> closing.stream().anyMatch(each -> !each.isAlive()));
    }
}
