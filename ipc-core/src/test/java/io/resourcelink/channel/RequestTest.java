package io.resourcelink.channel;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Requests and their replies, within a channel and between two. */
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(60)
class RequestTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final MessageType<String> TEXT = MessageType.of(String.class);
    private static final MessageType<SharedMemory> MEMORY = MessageType.of(SharedMemory.class);

    private final Placement placement;
    private Crossing crossing;
    private Subchannel<String> questions;

    RequestTest(Placement placement) {
        this.placement = placement;
    }

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
        questions = crossing.open(String.class);
    }

    @AfterEach
    void close() {
        questions.close();
        crossing.close();
    }

    private PendingReply<String> ask(String question) throws InterruptedException {
        return questions.sender().request(question, TEXT, SendOptions.DEFAULT);
    }

    private Received<String> take() throws InterruptedException {
        return questions.receiver().take();
    }

    @Test
    void aRequestHasAReply() throws Exception {
        try (PendingReply<String> pending = ask("how much?")) {
            try (Received<String> request = take()) {
                assertThat(request.wantsReply()).isTrue();
                assertThat(request.message()).isEqualTo("how much?");
                assertThat(request.reply("42", TEXT, SendOptions.DEFAULT.headers(Map.of("unit", "km")))).isTrue();
                assertThat(request.wantsReply()).isFalse();
            }
            try (Received<String> reply = pending.await(PATIENCE).orElseThrow()) {
                assertThat(reply.message()).isEqualTo("42");
                assertThat(reply.headers()).containsExactly(Map.entry("unit", "km"));
                assertThat(reply.isEmpty()).isFalse();
            }
        }
    }

    @Test
    void repliesFindTheirRequestsInAnyOrder() throws Exception {
        try (PendingReply<String> one = ask("1"); PendingReply<String> two = ask("2")) {
            try (Received<String> first = take(); Received<String> second = take()) {
                assertThat(second.number()).isEqualTo(first.number() + 1);
                second.reply("b", TEXT, SendOptions.DEFAULT);
                first.reply("a", TEXT, SendOptions.DEFAULT);
            }
            assertThat(two.await(PATIENCE).orElseThrow().keep()).isEqualTo("b");
            assertThat(one.await(PATIENCE).orElseThrow().keep()).isEqualTo("a");
        }
    }

    @Test
    void aReplyCanHaveNoResult() throws Exception {
        try (PendingReply<String> pending = ask("?")) {
            try (Received<String> request = take()) {
                request.reply(SendOptions.DEFAULT);
            }
            try (Received<String> reply = pending.await(PATIENCE).orElseThrow()) {
                assertThat(reply.isEmpty()).isTrue();
            }
        }
    }

    @Test
    void whatAReplyCarriesBelongsToTheRequester() throws Exception {
        try (PendingReply<SharedMemory> pending = questions.sender().request("memory", MEMORY, SendOptions.DEFAULT)) {
            try (Received<String> request = take()) {
                request.reply(SharedMemory.fromByte((byte) 7, 5000), MEMORY, SendOptions.DEFAULT.handingOver());
            }
            try (SharedMemory memory = pending.await(PATIENCE).orElseThrow().keep()) {
                assertThat(memory.toByteArray()).hasSize(5000).containsOnly(7);
            }
        }
    }

    @Test
    void repliesThatAreNotTakenAreClosed() throws Exception {
        try (PendingReply<SharedMemory> pending = questions.sender().request("memory", MEMORY, SendOptions.DEFAULT);
                Received<String> request = take()) {
            request.reply(SharedMemory.fromByte((byte) 7, 5000), MEMORY, SendOptions.DEFAULT.handingOver());
            BlockingQueue<Boolean> arrived = new ArrayBlockingQueue<>(1);
            pending.whenDone(Thread::startVirtualThread, () -> arrived.add(true));
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aFailureIsToldWithItsClassAndCode() throws Exception {
        try (PendingReply<String> pending = ask("?")) {
            try (Received<String> request = take()) {
                request.fail(new RequestException(Reason.FAILED, "com.example.Full", "E17", "no room for \"?\""));
            }
            assertThatExceptionOfType(RequestException.class).isThrownBy(() -> pending.await(PATIENCE)).satisfies(e -> {
                assertThat(e.reason()).isEqualTo(Reason.FAILED);
                assertThat(e.type()).isEqualTo("com.example.Full");
                assertThat(e.code()).isEqualTo("E17");
                assertThat(e).hasMessage("no room for \"?\"");
            });
        }
    }

    @Test
    void anyFailureFitsIntoAFrame() throws Exception {
        try (PendingReply<String> pending = ask("?")) {
            try (Received<String> request = take()) {
                request.fail(new RequestException(Reason.FAILED, "ü".repeat(70_000), "€".repeat(70_000),
                        "\uD83D\uDE00".repeat(70_000)));
            }
            assertThatExceptionOfType(RequestException.class).isThrownBy(() -> pending.await(PATIENCE));
        }
    }

    @Test
    void aRequestThatIsClosedWithoutAReplyFails() throws Exception {
        try (PendingReply<String> pending = ask("?")) {
            take().close();
            assertThatExceptionOfType(RequestException.class).isThrownBy(() -> pending.await(PATIENCE))
                    .withMessageContaining("without a reply");
        }
    }

    @Test
    void aProgramThatDoesNotReplyAnswersByReceiving() throws Exception {
        try (PendingReply<String> pending = ask("?")) {
            assertThat(questions.receiver().receive()).isEqualTo("?");
            assertThatExceptionOfType(RequestException.class).isThrownBy(() -> pending.await(PATIENCE));
        }
        SubSender<Integer> numbers = questions.sender().typed(Integer.class);
        SubReceiver<Map<String, Object>> maps = questions.receiver().typed(new MessageType<>() {
        });
        try (PendingReply<String> pending = numbers.request(5, TEXT, SendOptions.DEFAULT)) {
            assertThatExceptionOfType(MessageException.class).isThrownBy(maps::receive);
            assertThatExceptionOfType(RequestException.class).isThrownBy(() -> pending.await(PATIENCE))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNREADABLE));
        }
    }

    @Test
    void nobodyGetsAReplyThatNobodyWaitsFor() throws Exception {
        try (PendingReply<String> pending = ask("?")) {
            assertThat(pending.await(Duration.ZERO)).isEmpty();
        }
        // A request behind the cancelled one: what was said of that one has arrived when this one has.
        try (PendingReply<String> later = ask("later"); Received<String> cancelled = take()) {
            try (Received<String> second = take()) {
                assertThat(cancelled.reply("nobody", TEXT, SendOptions.DEFAULT)).isFalse();
                assertThat(second.reply("here", TEXT, SendOptions.DEFAULT)).isTrue();
            }
            assertThat(later.await(PATIENCE).orElseThrow().keep()).isEqualTo("here");
        }
    }

    @Test
    void aRequestKeepsItsReceiverConnected() throws Exception {
        try (PendingReply<String> pending = ask("?")) {
            questions.sender().close();
            try (Received<String> request = take()) {
                assertThat(questions.receiver().receive(Duration.ofMillis(1))).isEmpty();
                request.reply("still here", TEXT, SendOptions.DEFAULT);
            }
            assertThat(pending.await(PATIENCE).orElseThrow().keep()).isEqualTo("still here");
        }
        Ends.assertDisconnected(questions.receiver());
    }

    @Test
    void aReceiverThatIsClosedFailsWhatItHasNotReceived() throws Exception {
        try (PendingReply<String> taken = ask("1"); PendingReply<String> left = ask("2")) {
            try (Received<String> request = take()) {
                questions.receiver().close();
                assertThatExceptionOfType(RequestException.class).isThrownBy(() -> left.await(PATIENCE))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNHANDLED));
                request.reply("in time", TEXT, SendOptions.DEFAULT);
            }
            assertThat(taken.await(PATIENCE).orElseThrow().keep()).isEqualTo("in time");
        }
    }

    @Test
    void theEndOfTheReceivingChannelEndsTheWait() throws Exception {
        try (PendingReply<String> pending = ask("?"); Received<String> _ = take()) {
            crossing.far().close();
            assertThatExceptionOfType(DisconnectedException.class)
                    .isThrownBy(() -> pending.await(PATIENCE).orElseThrow());
        }
    }

    @Test
    void headersComeBackWithTheirClasses() throws Exception {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("text", "ü €");
        headers.put("empty", "");
        headers.put("yes", true);
        headers.put("no", false);
        headers.put("byte", (byte) -1);
        headers.put("short", Short.MIN_VALUE);
        headers.put("int", 5);
        headers.put("long", 5L);
        headers.put("float", 1.5f);
        headers.put("double", Double.NaN);
        headers.put("big", new BigInteger("-123456789012345678901234567890"));
        headers.put("exact", new BigDecimal("1.50"));
        questions.sender().send("with headers", SendOptions.DEFAULT.headers(headers));
        try (Received<String> received = take()) {
            assertThat(received.headers()).isEqualTo(headers);
            assertThat(received.message()).isEqualTo("with headers");
        }
    }

    @Test
    void headersThatCannotTravelAreRefusedAtTheSender() {
        assertThatExceptionOfType(MessageException.class)
                .isThrownBy(() -> questions.sender().send("?", SendOptions.DEFAULT.headers(Map.of("at", Path.of("/")))))
                .withMessageContaining("Header \"at\" is a ").withMessageContaining("Path");
        assertThatExceptionOfType(MessageException.class)
                .isThrownBy(() -> questions.sender().send("?",
                        SendOptions.DEFAULT.headers(Map.of("long", "x".repeat(16 << 10)))))
                .withMessageContaining("at most 16384");
        assertThat(questions.receiver().size()).isZero();
    }
}
