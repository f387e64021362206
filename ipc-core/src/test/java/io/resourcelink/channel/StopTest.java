package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/** A receiver that stops loses nothing without a word. */
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class StopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final MessageType<Integer> NUMBER = MessageType.of(Integer.class);
    private static final String DESTINATION = "numbers";

    private final Placement placement;
    private final BlockingQueue<UnhandledMessages> reported = new LinkedBlockingQueue<>();
    private Channel near;
    private Channel far;
    private NamedServer<Integer> server;

    StopTest(Placement placement) {
        this.placement = placement;
    }

    @BeforeEach
    void open(Path directory) {
        near = channel(directory);
        far = placement == Placement.WITHIN ? near : channel(directory);
        server = far.serve(DESTINATION, NUMBER);
    }

    private Channel channel(Path directory) {
        return Channel.builder().directory(directory.resolve("channels")).listener(new ChannelListener() {

            @Override
            public void unhandled(UnhandledMessages messages) {
                reported.add(messages);
            }
        }).open();
    }

    @AfterEach
    void close() {
        far.close();
        near.close();
    }

    @Test
    void whatWasSentBeforeIsReceivedAndNothingIsSentAfterwards() throws Exception {
        try (SubSender<Integer> sender = near.connect(DESTINATION, NUMBER)) {
            sender.send(1);
            sender.send(2);
            Deadline.awaitTrue("both are there", () -> server.receiver().size() == 2);
            server.stop();
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> {
                for (;;) {
                    sender.send(3);
                }
            }).withMessageContaining("stopping");
            assertThatExceptionOfType(DisconnectedException.class)
                    .isThrownBy(() -> near.connect(DESTINATION, NUMBER));
            int received = 0;
            try {
                for (;;) {
                    server.receiver().take().close();
                    received++;
                }
            } catch (DisconnectedException e) {
                assertThat(e).hasMessageContaining("stopped");
            }
            assertThat(received).isGreaterThanOrEqualTo(2);
            DrainReport report = server.drain(PATIENCE);
            assertThat(report.isComplete()).as("%s", report).isTrue();
            assertThat(reported).isEmpty();
        }
    }

    @Test
    void anotherProcessCanTakeTheNameAtOnce() throws Exception {
        server.stop();
        try (NamedServer<Integer> successor = near.serve(DESTINATION, NUMBER);
                SubSender<Integer> sender = near.connect(DESTINATION, NUMBER)) {
            sender.send(1);
            assertThat(successor.receiver().receive()).isEqualTo(1);
        }
        assertThat(server.drain(PATIENCE).isComplete()).isTrue();
    }

    /** Accepted is handled, if there is time: by their numbers, from both sides' records. */
    @Test
    void underLoadEverythingThatWasAcceptedIsHandled() throws Exception {
        Set<Integer> accepted = ConcurrentHashMap.newKeySet();
        Set<Integer> handled = ConcurrentHashMap.newKeySet();
        Set<Integer> replied = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int thread = i;
                SubSender<Integer> sender = near.connect(DESTINATION, NUMBER);
                senders.add(threads.submit(() -> send(sender, thread, accepted, replied)));
            }
            List<Future<?>> receivers = IntStream.range(0, 3)
                    .<Future<?>>mapToObj(_ -> threads.submit(() -> handle(handled))).toList();
            Deadline.awaitTrue("some were handled", () -> handled.size() > 1_000);
            DrainReport report = server.drain(PATIENCE);
            for (Future<?> end : Stream.concat(senders.stream(), receivers.stream()).toList()) {
                end.get(20, TimeUnit.SECONDS);
            }
            assertThat(report.isComplete()).as("%s", report).isTrue();
        }
        assertThat(handled).isEqualTo(accepted);
        assertThat(accepted).containsAll(replied);
        assertThat(reported).isEmpty();
    }

    private Object send(SubSender<Integer> sender, int thread, Set<Integer> accepted, Set<Integer> replied)
            throws Exception {
        try (sender) {
            for (int i = 0;; i++) {
                int number = i * 4 + thread;
                if (thread % 2 == 0) {
                    sender.send(number);
                    accepted.add(number);
                } else {
                    try (PendingReply<Integer> pending = sender.request(number, NUMBER, SendOptions.DEFAULT)) {
                        accepted.add(number);
                        assertThat(pending.await(PATIENCE).orElseThrow().keep()).isEqualTo(-number);
                        replied.add(number);
                    }
                }
            }
        } catch (DisconnectedException e) {
            assertThat(e).hasMessageContaining("stopping");
            return true;
        }
    }

    private Object handle(Set<Integer> handled) throws Exception {
        for (;;) {
            try (Received<Integer> received = server.receiver().take()) {
                handled.add(received.message());
                if (received.wantsReply()) {
                    received.reply(-received.message(), NUMBER, SendOptions.DEFAULT);
                }
            } catch (DisconnectedException | IllegalStateException _) {
                return true;
            }
        }
    }

    @Test
    void atTheDeadlineTheRestIsReportedByNumberOnBothSides() throws Exception {
        try (SubSender<Integer> sender = near.connect(DESTINATION, NUMBER);
                PendingReply<Integer> request = request(sender)) {
            for (int i = 2; i <= 5; i++) {
                sender.send(i);
            }
            Deadline.awaitTrue("all are there", () -> server.receiver().size() == 5);
            Received<Integer> running = server.receiver().take();
            server.receiver().take().close();
            DrainReport report = server.drain(Duration.ZERO);
            assertThat(report.silent()).as("processes that had no time to answer").hasSizeLessThanOrEqualTo(1);
            assertThat(report.unhandled()).extracting(UnhandledMessages::first, UnhandledMessages::last)
                    .containsExactly(tuple(1L, 1L),
                            tuple(3L, 5L));
            assertThat(report.count()).isEqualTo(4);
            assertThatExceptionOfType(RequestException.class).isThrownBy(() -> request.await(PATIENCE))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNHANDLED));
            assertThat(running.reply(1, NUMBER, SendOptions.DEFAULT)).as("a reply after the deadline").isFalse();
            running.close();
            if (placement != Placement.WITHIN) {
                UnhandledMessages rest = reported.poll(20, TimeUnit.SECONDS);
                assertThat(rest).isEqualTo(new UnhandledMessages(DESTINATION, rest.peer(), 3, 5, true));
                assertThat(near.statistics().unhandled()).isEqualTo(3);
            }
        }
    }

    @Test
    void whatWasDiscardedWhileAnotherThreadDrainsIsReported() throws Exception {
        try (SubSender<Integer> sender = near.connect(DESTINATION, NUMBER); Crew crew = new Crew()) {
            for (int i = 1; i <= 3; i++) {
                sender.send(i);
            }
            Deadline.awaitTrue("all are there", () -> server.receiver().size() == 3);
            Future<DrainReport> draining = crew.call(() -> server.drain(PATIENCE));
            crew.awaitWaiting();
            far.close();
            assertThat(draining.get(20, TimeUnit.SECONDS).unhandled())
                    .extracting(UnhandledMessages::first, UnhandledMessages::last).containsExactly(tuple(1L, 3L));
        }
    }

    private PendingReply<Integer> request(SubSender<Integer> sender) throws InterruptedException {
        return sender.request(1, NUMBER, SendOptions.DEFAULT);
    }

    @Test
    void messagesThatAreTooOldAreDropped() throws Exception {
        try (SubSender<Integer> sender = near.connect(DESTINATION, NUMBER);
                PendingReply<Integer> request = sender.request(1, NUMBER,
                        SendOptions.DEFAULT.maxAge(Duration.ofNanos(1)))) {
            sender.send(2, SendOptions.DEFAULT.maxAge(Duration.ofNanos(1)));
            sender.send(3, SendOptions.DEFAULT.maxAge(Duration.ofHours(1)));
            try (Received<Integer> received = server.receiver().take()) {
                assertThat(received.message()).isEqualTo(3);
                assertThat(received.age()).isBetween(Duration.ofNanos(1), PATIENCE);
            }
            assertThat(server.receiver().expired()).isEqualTo(2);
            assertThatExceptionOfType(RequestException.class).isThrownBy(() -> request.await(PATIENCE))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED));
            server.receiver().setMaxAge(Duration.ofNanos(1));
            sender.send(4);
            sender.send(5, SendOptions.DEFAULT.headers(Map.of("last", true)));
            assertThat(server.receiver().receive(Duration.ofMillis(50))).isEmpty();
            assertThat(server.drain(PATIENCE).isComplete()).isTrue();
        }
    }

    @Test
    void messageThatHasWaitedElsewhereIsOlder() throws Exception {
        SendOptions old = SendOptions.DEFAULT.age(Duration.ofHours(1));
        for (Channel from : List.of(near, far)) {
            try (SubSender<Integer> sender = from.connect(DESTINATION, NUMBER)) {
                sender.send(1, old.maxAge(Duration.ofMinutes(59)));
                sender.send(2, old.maxAge(Duration.ofHours(2)));
                sender.send(3, SendOptions.DEFAULT.age(Duration.ofSeconds(Long.MAX_VALUE)));
                try (Received<Integer> two = server.receiver().take();
                        Received<Integer> three = server.receiver().take()) {
                    assertThat(two.message()).isEqualTo(2);
                    assertThat(two.age()).isGreaterThanOrEqualTo(Duration.ofHours(1));
                    assertThat(three.age()).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
                }
            }
        }
        assertThat(server.receiver().expired()).isEqualTo(2);
    }
}
