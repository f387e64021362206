package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

/** Who has waited for room is served before those who came later. */
@Tag("slow")
@ExtendWith({ SharedMemoryDirectory.class, NothingLeft.class })
@Timeout(60)
class SenderOrderTest {

    private static final MessageType<Integer> NUMBERS = MessageType.of(Integer.class);
    private static final Credits ONE = new Credits(1, 1 << 20, 10);

    enum Way {
        SINGLE {

            @Override
            NamedServer<Integer> serve(Channel channel) {
                return channel.serve("work", NUMBERS, ONE);
            }
        },
        QUEUE {

            @Override
            NamedServer<Integer> serve(Channel channel) {
                return channel.serveCompeting("work", NUMBERS, ONE);
            }
        };

        abstract NamedServer<Integer> serve(Channel channel);
    }

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    @ParameterizedTest
    @EnumSource
    void whoHasWaitedIsServedFirst(Way way, Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<Integer> server = way.serve(there);
                SubSender<Integer> sender = here.connect("work", NUMBERS)) {
            for (int round = 0; round < 30; round++) {
                sender.send(0);
                FutureTask<Void> waits = new FutureTask<>(() -> {
                    sender.send(1);
                    return null;
                });
                Thread waiting = Thread.ofPlatform().start(waits);
                Deadline.awaitTrue("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING
                        || waiting.getState() == Thread.State.WAITING);
                long longEnough = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(30);
                while (System.nanoTime() < longEnough) {
                    assertThat(sender.trySend(2)).isFalse();
                }
                List<Integer> received = new ArrayList<>(List.of(server.receiver().receive()));
                for (boolean sent = false; !sent;) {
                    sent = sender.trySend(2);
                    server.receiver().tryReceive().ifPresent(received::add);
                }
                waits.get(10, TimeUnit.SECONDS);
                while (received.size() < 3) {
                    received.add(server.receiver().receive(Duration.ofSeconds(10)).orElseThrow());
                }
                assertThat(received).containsExactly(0, 1, 2);
            }
        }
    }
}
