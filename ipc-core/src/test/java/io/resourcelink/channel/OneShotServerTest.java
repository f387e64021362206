package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;

import static io.resourcelink.channel.Ends.assertEmpty;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** First contacts. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class OneShotServerTest {

    private final Placement placement;
    private Crossing crossing;

    OneShotServerTest(Placement placement) {
        this.placement = placement;
    }

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    @Test
    @DisplayName("84: accepting gives the receiver and the first message; the next ones come from the receiver")
    @SuppressWarnings("try") // closed early on purpose
    void acceptingGivesTheFirstMessage() throws Exception {
        try (OneShotServer<String> server = crossing.far().oneShotServer(String.class);
                SubSender<String> sender = crossing.near().connect(server.name(), String.class)) {
            assertThat(server.accept(Duration.ofMillis(10))).isEmpty();
            sender.send("first");
            sender.send("second");
            OneShotServer.Accepted<String> accepted = server.accept();
            try (SubReceiver<String> receiver = accepted.receiver()) {
                assertThat(accepted.first()).isEqualTo("first");
                assertThat(receiver.receive()).isEqualTo("second");
                assertEmpty(receiver);
                server.close();
                sender.send("third");
                assertThat(receiver.receive()).isEqualTo("third");
                assertThatIllegalStateException().isThrownBy(server::accept);
            }
        }
    }

    @Test
    @DisplayName("85: it makes no difference whether accepting or connecting comes first")
    void acceptingMayComeFirst() throws Exception {
        try (OneShotServer<Integer> server = crossing.far().oneShotServer(Integer.class); Crew crew = new Crew()) {
            Future<OneShotServer.Accepted<Integer>> accepting = crew.call(server::accept);
            crew.awaitWaiting();
            try (SubSender<Integer> sender = crossing.near().connect(server.name(), Integer.class)) {
                crew.awaitWaiting();
                sender.send(85);
                assertThat(accepting.get().first()).isEqualTo(85);
                accepting.get().receiver().close();
            }
        }
    }

    @Test
    @DisplayName("87: 50 servers, one after the other and all at once")
    void fiftyServersWork() throws Exception {
        List<OneShotServer<Integer>> servers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            servers.add(crossing.far().oneShotServer(Integer.class));
            assertContact(servers.get(i), i);
        }
        servers.clear();
        for (int i = 0; i < 50; i++) {
            servers.add(crossing.far().oneShotServer(Integer.class));
        }
        for (int i = 49; i >= 0; i--) {
            assertContact(servers.get(i), i);
        }
    }

    private void assertContact(OneShotServer<Integer> server, int message) throws InterruptedException {
        try (server; SubSender<Integer> sender = crossing.near().connect(server.name(), Integer.class)) {
            sender.send(message);
            OneShotServer.Accepted<Integer> accepted = server.accept();
            assertThat(accepted.first()).isEqualTo(message);
            accepted.receiver().close();
        }
    }

    @Test
    @DisplayName("90: a second connection, one to a closed server and one to nobody are refused, and disturb nothing")
    void otherConnectionsAreRefused() throws Exception {
        try (OneShotServer<Integer> server = crossing.far().oneShotServer(Integer.class);
                SubSender<Integer> sender = crossing.near().connect(server.name(), Integer.class)) {
            assertRefused(server.name());
            OneShotServer<Integer> closed = crossing.far().oneShotServer(Integer.class);
            closed.close();
            assertRefused(closed.name());
            assertRefused(server.name().substring(0, 17) + "0123456789abcdef");
            assertRefused("0123456789abcdef-0123456789abcdef");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> crossing.near().connect("../elsewhere", Integer.class));
            sender.send(90);
            OneShotServer.Accepted<Integer> accepted = server.accept();
            assertThat(accepted.first()).isEqualTo(90);
            assertRefused(server.name());
            accepted.receiver().close();
        }
    }

    private void assertRefused(String name) {
        assertThatExceptionOfType(DisconnectedException.class)
                .isThrownBy(() -> crossing.near().connect(name, Integer.class));
    }

    @Test
    @DisplayName("90: who connects and goes without a word is told to who accepts")
    void whoGoesWithoutAWordIsTold() throws Exception {
        try (OneShotServer<Integer> server = crossing.far().oneShotServer(Integer.class)) {
            crossing.near().connect(server.name(), Integer.class).close();
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(server::accept);
        }
    }

    @Test
    void onlyOneOfTwoThreadsConnects(Path directory) throws Exception {
        try (Channel channel = Channel.builder().directory(directory.resolve("channels")).open();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 3_000; round++) {
                try (OneShotServer<byte[]> server = channel.oneShotServer(byte[].class)) {
                    AtomicInteger there = new AtomicInteger();
                    Callable<Boolean> connecting = () -> {
                        there.incrementAndGet();
                        while (there.get() < 2) {
                            Thread.onSpinWait();
                        }
                        try (SubSender<byte[]> _ = channel.connect(server.name(), byte[].class)) {
                            return true;
                        } catch (DisconnectedException _) {
                            return false;
                        }
                    };
                    Future<Boolean> one = threads.submit(connecting);
                    Future<Boolean> other = threads.submit(connecting);
                    assertThat(List.of(one.get(), other.get())).as("round %s", round)
                            .containsExactlyInAnyOrder(true, false);
                }
            }
        }
    }
}
