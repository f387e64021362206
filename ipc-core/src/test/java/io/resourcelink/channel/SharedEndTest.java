package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.Descriptors;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Ends that many threads use, and channels that come and go. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class SharedEndTest {

    private final Placement placement;
    private Crossing crossing;

    SharedEndTest(Placement placement) {
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
    @DisplayName("130: of 4 senders' 500 messages each, every one arrives once, in its sender's order")
    void everyMessageArrivesOnce() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class); Crew crew = new Crew()) {
            List<Future<Void>> sending = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                SubSender<Integer> own = numbers.sender().retain();
                int first = i * 1000;
                sending.add(crew.run(() -> {
                    try (own) {
                        for (int j = 0; j < 500; j++) {
                            own.send(first + j);
                        }
                    }
                }));
            }
            numbers.sender().close();
            int[] next = { 0, 1000, 2000, 3000 };
            for (int got = 0; got < 2000;) {
                Optional<Integer> message = got % 2 == 0
                        ? numbers.receiver().tryReceive()
                        : numbers.receiver().receive(Duration.ofMillis(5));
                if (message.isPresent()) {
                    int sender = message.get() / 1000;
                    assertThat(message.get()).isEqualTo(next[sender]++);
                    got++;
                }
            }
            for (Future<Void> each : sending) {
                each.get();
            }
            assertDisconnected(numbers.receiver());
        }
    }

    @Test
    @DisplayName("130: 500 channels come, talk and go, and leave nothing")
    void fiveHundredChannelsComeAndGo() throws Exception {
        long before = Descriptors.count("");
        try (Subchannel<Integer> numbers = crossing.far().subchannel(Integer.class)) {
            for (int i = 0; i < 500; i++) {
                Channel passing = crossing.another();
                try (OneShotServer<SubSender<Integer>> server = passing.oneShotServer(new MessageType<>() {
                });
                        SubSender<SubSender<Integer>> contact = crossing.near().connect(server.name(),
                                new MessageType<>() {
                                })) {
                    contact.send(numbers.sender());
                    server.accept().first().send(i);
                    assertThat(numbers.receiver().receive()).isEqualTo(i);
                    passing.close();
                    assertDisconnected(contact, numbers.sender());
                }
            }
            numbers.sender().close();
            assertDisconnected(numbers.receiver());
        }
        Deadline.awaitTrue("descriptors are as before", () -> count() <= before);
    }

    private static long count() {
        return Descriptors.count("");
    }

    /** A message that sends another while it is encoded. */
    static final class Nesting {

        private final @Nullable SubSender<Object> outlet;

        /** What a receiver would make. */
        public Nesting() {
            outlet = null;
        }

        Nesting(SubSender<Object> outlet) {
            this.outlet = outlet;
        }

        public String getText() throws InterruptedException {
            if (outlet != null) {
                outlet.send("inner");
            }
            return "outer";
        }

        public void setText(String text) {
            assertThat(text).isEqualTo("outer");
        }
    }

    @Test
    @DisplayName("132: a message that sends another while it is encoded comes after it")
    void encodingMaySend() throws Exception {
        try (Subchannel<Object> anything = crossing.open(Object.class)) {
            anything.sender().typed(Nesting.class).send(new Nesting(anything.sender()));
            assertThat(anything.receiver().receive()).isEqualTo("inner");
            assertThat(anything.receiver().receive()).isEqualTo(Map.of("text", "outer"));
        }
    }

    @Test
    @DisplayName("133: a sender may be used by several threads, and a receiver, too: each message goes to one of them")
    void endsMayBeShared() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class); Crew crew = new Crew()) {
            Set<Integer> got = ConcurrentHashMap.newKeySet();
            List<Future<Void>> receiving = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                receiving.add(crew.run(() -> {
                    for (;;) {
                        assertThat(got.add(numbers.receiver().receive())).isTrue();
                    }
                }));
            }
            List<Future<Void>> sending = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int first = i * 1000;
                sending.add(crew.run(() -> {
                    for (int j = 0; j < 700; j++) {
                        numbers.sender().send(first + j);
                    }
                }));
            }
            for (Future<Void> each : sending) {
                each.get();
            }
            numbers.sender().close();
            for (Future<Void> each : receiving) {
                assertThatExceptionOfType(ExecutionException.class).isThrownBy(each::get)
                        .withCauseInstanceOf(DisconnectedException.class);
            }
            assertThat(got).hasSize(2100);
        }
    }

    @Test
    @DisplayName("133: closing a sender that another thread uses disturbs nobody else")
    void aSenderMayBeClosedWhileItIsUsed() throws Exception {
        try (Subchannel<Integer> sibling = crossing.open(Integer.class); Crew crew = new Crew()) {
            for (int i = 0; i < 300; i++) {
                try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
                    CountDownLatch started = new CountDownLatch(20);
                    Future<Void> sending = crew.run(() -> {
                        for (int j = 0;; j++) {
                            numbers.sender().send(j);
                            started.countDown();
                        }
                    });
                    started.await();
                    numbers.sender().close();
                    assertThatExceptionOfType(ExecutionException.class).isThrownBy(sending::get)
                            .withCauseInstanceOf(IllegalStateException.class);
                    assertAllReceived(numbers.receiver());
                }
                sibling.sender().send(i);
                assertThat(sibling.receiver().receive()).isEqualTo(i);
            }
        }
    }

    private static void assertAllReceived(SubReceiver<Integer> receiver) {
        assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> {
            for (int next = 0;; next++) {
                assertThat(receiver.receive()).isEqualTo(next);
            }
        });
    }
}
