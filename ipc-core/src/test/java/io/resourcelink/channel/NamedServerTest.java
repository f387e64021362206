package io.resourcelink.channel;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.AddressInUseException;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("slow")
@ExtendWith({ SharedMemoryDirectory.class, NothingLeft.class })
@Timeout(60)
@SuppressWarnings("try") // What is closed early is closed once more.
class NamedServerTest {

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    @Test
    void anyNumberOfSendersReachTheReceiverByItsName(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<String> server = here.serve("frames", String.class);
                SubSender<String> one = there.connect("frames", String.class);
                SubSender<String> two = there.connect("frames", String.class);
                SubSender<String> local = here.connect("frames", String.class)) {
            one.send("one");
            assertThat(server.receiver().receive()).isEqualTo("one");
            two.send("two");
            assertThat(server.receiver().receive()).isEqualTo("two");
            local.send("local");
            assertThat(server.receiver().receive()).isEqualTo("local");
            one.close();
            two.send("still there");
            assertThat(server.receiver().receive()).isEqualTo("still there");
        }
    }

    @Test
    void theReceiverStaysConnectedWhenItsSendersGo(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<String> server = here.serve("frames", String.class)) {
            assertThat(server.receiver().receive(Duration.ofMillis(1))).isEmpty();
            for (int i = 0; i < 3; i++) {
                try (SubSender<String> sender = there.connect("frames", String.class)) {
                    sender.send("message");
                }
                assertThat(server.receiver().receive()).isEqualTo("message");
                assertThat(server.receiver().receive(Duration.ofMillis(1))).isEmpty();
            }
        }
    }

    @Test
    void manyConnectAtTheSameTime(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<Integer> server = here.serve("frames", Integer.class);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                Callable<?> send = () -> {
                    try (SubSender<Integer> sender = there.connect("frames", Integer.class)) {
                        sender.send(number);
                    }
                    return number;
                };
                senders.add(threads.submit(send));
            }
            List<Integer> received = new ArrayList<>();
            while (received.size() < 200) {
                received.add(server.receiver().receive());
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
            assertThat(received).doesNotHaveDuplicates();
        }
    }

    @Test
    void aNameIsServedOnce(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<String> server = here.serve("frames", String.class)) {
            for (Channel channel : List.of(here, there)) {
                assertThatExceptionOfType(AddressInUseException.class)
                        .isThrownBy(() -> channel.serve("frames", String.class)).withMessageContaining("frames");
            }
            server.close();
            try (NamedServer<String> next = there.serve("frames", String.class);
                    SubSender<String> sender = here.connect("frames", String.class)) {
                sender.send("message");
                assertThat(next.receiver().receive()).isEqualTo("message");
            }
        }
    }

    @Test
    void whoClosesTellsTheSenders(Path directory) throws Exception {
        try (Channel here = open(directory); Channel there = open(directory)) {
            NamedServer<String> server = here.serve("frames", String.class);
            try (SubSender<String> sender = there.connect("frames", String.class)) {
                server.close();
                assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> {
                    for (;;) {
                        sender.send("message");
                    }
                });
                assertThatExceptionOfType(DisconnectedException.class)
                        .isThrownBy(() -> there.connect("frames", String.class))
                        .withMessageStartingWith("No server \"frames\" in " + directory + ". ");
            }
        }
    }

    @Test
    void aChannelThatIsClosedTakesItsNamesWithIt(Path directory) throws Exception {
        try (Channel there = open(directory)) {
            try (Channel here = open(directory)) {
                here.serve("frames", String.class);
            }
            assertThatExceptionOfType(DisconnectedException.class)
                    .isThrownBy(() -> there.connect("frames", String.class));
            try (Stream<Path> names = Files.list(directory)) {
                assertThat(names).as("the socket of the other channel").hasSize(1);
            }
        }
    }

    /** Once the channel's own name is gone, its destinations look dead, and may be its successor's at any moment. */
    @Test
    void aChannelThatIsClosedTakesNoNameFromItsSuccessor(Path directory) throws Exception {
        int calls = 1;
        int successions = 0;
        for (int point = 1; point <= calls; point++) {
            try (Channel there = open(directory)) {
                Channel here = open(directory);
                here.serve("frames", String.class);
                SuccessorAt successor = new SuccessorAt(there, point);
                Thread own = Thread.currentThread();
                try (SystemCalls _ = SystemCalls.accompanied(successor, own::equals)) {
                    here.close();
                }
                calls = successor.calls;
                if (successor.server != null) {
                    successions++;
                    there.connect("frames", String.class).close();
                    successor.server.close();
                }
            }
        }
        assertThat(successions).isBetween(1, calls - 1);
    }

    /** Serves before a call, if that is possible. */
    private static final class SuccessorAt implements SystemCalls.Companion {

        private final Channel channel;
        private final int point;
        private int calls;
        private @Nullable NamedServer<String> server;

        SuccessorAt(Channel channel, int point) {
            this.channel = channel;
            this.point = point;
        }

        @Override
        public int before(String function, int nth) {
            if (++calls == point) {
                try {
                    server = channel.serve("frames", String.class);
                } catch (AddressInUseException _) {
                    // Not yet.
                }
            }
            return 0;
        }
    }

    @Test
    void theNameOfADeadServerIsTakenOver(Path directory) throws Exception {
        Path name = directory.resolve("@frames");
        try (Channel here = open(directory)) {
            Files.createSymbolicLink(name, Path.of("0123456789abcdef-0123456789abcdef"));
            assertThatExceptionOfType(DisconnectedException.class)
                    .isThrownBy(() -> here.connect("frames", String.class));
            try (NamedServer<String> server = here.serve("frames", String.class);
                    SubSender<String> sender = here.connect("frames", String.class)) {
                sender.send("message");
                assertThat(server.receiver().receive()).isEqualTo("message");
            }
            Files.createSymbolicLink(name, Path.of("0123456789abcdef-0123456789abcdef"));
            open(directory).close();
            assertThat(Files.isSymbolicLink(name)).as("removed by the next channel").isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ".frames", "../frames", "a/b", "1frames", "@frames", "frames " })
    void namesAreChecked(String name, Path directory) {
        try (Channel channel = open(directory)) {
            assertThatIllegalArgumentException().isThrownBy(() -> channel.serve(name, String.class));
            assertThatIllegalArgumentException().isThrownBy(() -> channel.connect(name, String.class));
        }
    }

    @ParameterizedTest
    @ValueSource(classes = { InputStream.class, Runnable.class })
    void aTypeThatNoMessageCanHaveIsNotServed(Class<?> type, Path directory) throws Exception {
        try (Channel channel = open(directory)) {
            assertThatExceptionOfType(MessageException.class).isThrownBy(() -> channel.serve("frames", type))
                    .withMessageContaining("No message can be of type " + type.getName());
            channel.serve("frames", Object.class).close();
            channel.serve("frames", byte[].class).close();
        }
    }

    @Test
    void statisticsCountWhatPasses(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<byte[]> server = here.serve("frames", byte[].class);
                SubSender<byte[]> sender = there.connect("frames", byte[].class)) {
            sender.send(new byte[10]);
            sender.send(new byte[5]);
            server.receiver().receive();
            ChannelStatistics sent = there.statistics();
            assertThat(sent.messagesSent()).isEqualTo(2);
            assertThat(sent.bytesSent()).isEqualTo(15);
            assertThat(sent.connections()).isEqualTo(1);
            ChannelStatistics received = here.statistics();
            assertThat(received.messagesReceived()).isEqualTo(1);
            assertThat(received.bytesReceived()).isEqualTo(10);
            assertThat(received.subchannels()).isEqualTo(1);
            there.close();
            server.receiver().receive();
            assertThat(here.statistics().queued()).isZero();
            Deadline.awaitTrue("the connection's end", () -> here.statistics().disconnects() == 1);
        }
    }
}
