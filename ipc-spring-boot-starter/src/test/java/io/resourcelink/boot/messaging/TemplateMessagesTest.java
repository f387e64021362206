package io.resourcelink.boot.messaging;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.core.MessageRequestReplyOperations;
import org.springframework.messaging.support.MessageBuilder;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Codec;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.jackson.JacksonCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** What a template sends and returns: payloads, headers, ages, and what messages carry. */
@Timeout(60)
class TemplateMessagesTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ResourceLinkFactory segments;
    private Channel channel;
    private Channel serving;
    private IpcTemplate template;

    record Frame(ResourceLink link) {}

    record Box<T>(T content) {}

    @BeforeEach
    void open() {
        segments = directories.factory();
        channel = Channel.builder().directory(directories.channels()).segments(segments).open();
        serving = Channel.builder().directory(directories.channels()).segments(segments).open();
        template = new IpcTemplate(channel);
    }

    @AfterEach
    void close() {
        template.close();
        channel.close();
        serving.close();
        segments.close();
    }

    @Test
    void headersComeBackWithTheirOwnClassAndOthersStay() throws Exception {
        Map<String, Object> travelling = Map.of("text", "x", "truth", true, "byte", (byte) 1, "short", (short) 2, "int",
                3, "long", 5L, "float", 1.5f, "double", 2.5, "big", BigInteger.TEN, "money", new BigDecimal("1.20"));
        Map<String, Object> headers = new HashMap<>(travelling);
        headers.put("uuid", UUID.randomUUID());
        headers.put("bytes", new byte[1]);
        headers.put(MessageHeaders.REPLY_CHANNEL, "replies");
        headers.put(MessageHeaders.ERROR_CHANNEL, "errors");
        try (NamedServer<String> server = serving.serve("texts", String.class)) {
            template.convertAndSend("texts", "hello", headers);
            try (Received<String> received = server.receiver().take()) {
                assertThat(received.message()).isEqualTo("hello");
                assertThat(received.headers()).isEqualTo(travelling);
            }
        }
    }

    @Test
    void replyAsAMessageHasHeadersAndOneResourceToClose() throws Exception {
        try (ResourceLink link = segments.create("frame", 100);
                NamedServer<String> server = serving.serve("frames", String.class)) {
            answer(server, new Frame(link), MessageType.of(Frame.class));
            Message<Frame> reply = Objects.requireNonNull(template.sendAndReceive("frames",
                    MessageBuilder.withPayload("which").build(), Frame.class, IpcSendOptions.DEFAULT));

            assertThat(reply.getHeaders()).containsEntry("page", 7L);
            assertThat(reply.getPayload().link().key()).isEqualTo("frame");
            await().untilAsserted(() -> assertThat(link.refcount()).isEqualTo(2));
            closeable(reply).close();
            assertThat(link.refcount()).isEqualTo(1);
        }
    }

    @Test
    void springsOperationsAskTheDefaultDestination() throws Exception {
        template.setDefaultDestination("texts");
        MessageRequestReplyOperations<String> operations = template;
        try (ServedTexts _ = new ServedTexts(directories.channels(), "texts", message -> message.reply(
                message.message() + message.headers().getOrDefault("mark", ""), MessageType.of(String.class),
                SendOptions.DEFAULT))) {
            Map<String, Object> mark = Map.of("mark", "!");
            assertThat(operations.convertSendAndReceive("a", String.class)).isEqualTo("a");
            assertThat(operations.convertSendAndReceive((Object) "a", mark, String.class)).isEqualTo("a!");
            assertThat(operations.convertSendAndReceive("texts", "a", mark, String.class)).isEqualTo("a!");
            assertThat(operations.convertSendAndReceive((Object) "a", String.class,
                    message -> MessageBuilder.fromMessage(message).setHeader("mark", "?").build())).isEqualTo("a?");
            Message<?> reply = operations.sendAndReceive(MessageBuilder.withPayload("a").build());
            assertThat(reply).isNotNull().extracting(Message::getPayload).isEqualTo("a");
        }
    }

    @Test
    void replyWithoutAResultIsNull() {
        try (ServedTexts _ = new ServedTexts(directories.channels(), "texts",
                message -> message.reply(SendOptions.DEFAULT))) {
            assertThat(template.convertSendAndReceive("texts", "a", Void.class)).isNull();
            assertThat(template.sendAndReceive("texts", MessageBuilder.withPayload("a").build())).isNull();
            assertThat(
                    template.convertSendAndReceiveAsync("texts", "a", new ParameterizedTypeReference<List<String>>() {
                    }, IpcSendOptions.DEFAULT)).succeedsWithin(Duration.ofSeconds(10)).isNull();
        }
    }

    @Test
    void whatIsHandedOverIsClosedSentOrNot() throws Exception {
        try (NamedServer<Frame> server = serving.serve("frames", Frame.class)) {
            ResourceLink sent = segments.create("sent", 100);
            template.convertAndSend("frames", new Frame(sent), IpcSendOptions.DEFAULT.handingOver());
            assertThat(sent.isClosed()).isTrue();
            try (Received<Frame> received = server.receiver().take()) {
                assertThat(received.message().link().key()).isEqualTo("sent");
            }
        }
        ResourceLink unsent = segments.create("unsent", 100);
        assertThatExceptionOfType(MessageDeliveryException.class)
                .isThrownBy(() -> template.convertAndSend("nobody", new Frame(unsent),
                        IpcSendOptions.DEFAULT.handingOver().sendTimeout(Duration.ZERO)));
        assertThat(unsent.isClosed()).isTrue();
        assertThat(directories.keys()).isEmpty();
    }

    static List<Function<ResourceLink, Object>> generic() {
        return List.of(link -> List.of(new Frame(link)), link -> new Box<>(new Frame(link)),
                link -> Map.of("left", link));
    }

    @ParameterizedTest
    @MethodSource("generic")
    void whatAGenericPayloadCarriesIsHandedOver(Function<ResourceLink, Object> payload) throws Exception {
        try (NamedServer<Object> server = serving.serve("frames", Object.class)) {
            ResourceLink link = segments.create("frame", 100);
            template.convertAndSend("frames", payload.apply(link), IpcSendOptions.DEFAULT.handingOver());
            assertThat(link.isClosed()).isTrue();
            server.receiver().take().close();
        }
    }

    enum Side {
        LEFT {
            @Override
            int sign() {
                return -1;
            }
        };

        abstract int sign();
    }

    @Test
    void constantOfAnEnumHasItsClassAlsoWithABody() throws Exception {
        try (NamedServer<Side> server = serving.serve("sides", Side.class)) {
            template.convertAndSend("sides", Side.LEFT);
            assertThat(server.receiver().receive(Duration.ofSeconds(10))).contains(Side.LEFT);
        }
    }

    static List<Object> views() {
        Map<String, Box<String>> boxes = new HashMap<>(Map.of("a", new Box<>("b")));
        Map<Integer, Side> sides = new TreeMap<>(Map.of(1, Side.LEFT));
        return List.of(boxes.values(), boxes.keySet(), sides.values(), sides.keySet());
    }

    @ParameterizedTest
    @MethodSource("views")
    void viewOfAMapIsACollection(Collection<?> view) throws Exception {
        try (NamedServer<Collection<?>> server = serving.serve("views", new MessageType<Collection<?>>() {
        })) {
            template.convertAndSend("views", view);
            assertThat(server.receiver().receive(Duration.ofSeconds(10)).orElseThrow()).hasSize(1);
        }
    }

    @Test
    void errorAfterTheReplyDoesNotLoseIt() {
        AtomicBoolean sent = new AtomicBoolean();
        Codec jackson = new JacksonCodec();
        Codec once = new Codec() {
            @Override
            public byte[] encode(Object message, MessageType<?> type, Outgoing attachments) {
                if (message instanceof Box<?> && sent.getAndSet(true)) {
                    throw new OutOfMemoryError("on purpose");
                }
                return jackson.encode(message, type, attachments);
            }

            @Override
            public <T> T decode(byte[] body, MessageType<T> type, Incoming attachments) {
                return jackson.decode(body, type, attachments);
            }
        };
        try (Channel failing = Channel.builder().directory(directories.channels()).codec(once).open();
                IpcTemplate asking = new IpcTemplate(failing);
                NamedServer<Box<String>> server = serving.serve("boxes", new MessageType<Box<String>>() {
                })) {
            Thread.ofVirtual().start(() -> {
                try (Received<Box<String>> request = server.receiver().take()) {
                    request.reply("reply", MessageType.of(String.class), SendOptions.DEFAULT);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(asking.convertSendAndReceive("boxes", new Box<>("request"), String.class,
                    IpcSendOptions.DEFAULT.handingOver())).isEqualTo("reply");
        }
    }

    @Test
    void messageIsDroppedFromItsAgeOn() throws Exception {
        Message<String> aged = MessageBuilder.withPayload("old").setHeader(IpcHeaders.MAX_AGE, 1).build();
        try (NamedServer<String> server = serving.serve("texts", String.class)) {
            SubReceiver<String> receiver = server.receiver();
            template.send("texts", aged);
            template.convertAndSend("texts", "old too", IpcSendOptions.DEFAULT.maxAge(Duration.ofMillis(1)));
            template.setMaxAge(Duration.ofMillis(1));
            template.convertAndSend("texts", "old as well");
            long sent = System.nanoTime();
            await().until(() -> System.nanoTime() - sent > TimeUnit.MILLISECONDS.toNanos(20));
            template.convertAndSend("texts", "new", IpcSendOptions.DEFAULT.maxAge(Duration.ZERO));
            try (Received<String> received = receiver.take()) {
                assertThat(received.message()).isEqualTo("new");
                assertThat(received.headers()).isEmpty();
            }
            assertThat(receiver.expired()).isEqualTo(3);
        }
    }

    @Test
    void waitForTheListenerCountsAsAge() throws Exception {
        CountDownLatch served = new CountDownLatch(1);
        Thread sending = Thread.ofVirtual().start(() -> {
            template.convertAndSend("texts", "old", IpcSendOptions.DEFAULT.maxAge(Duration.ofMillis(1)));
            template.convertAndSend("texts", "new");
            served.countDown();
        });
        await().until(() -> template.destinations().containsKey("texts"));
        long waits = System.nanoTime();
        await().until(() -> System.nanoTime() - waits > TimeUnit.MILLISECONDS.toNanos(20));
        try (NamedServer<String> server = serving.serve("texts", String.class)) {
            assertThat(server.receiver().receive()).isEqualTo("new");
            assertThat(server.receiver().expired()).isEqualTo(1);
            assertThat(served.await(10, TimeUnit.SECONDS)).isTrue();
            sending.join();
        }
    }

    @Test
    void requestThatIsTooOldSaysSo() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        try (NamedServer<String> server = serving.serve("texts", String.class)) {
            Thread.ofVirtual().start(() -> {
                await().until(() -> serving.statistics().queued() == 1);
                long arrived = System.nanoTime();
                await().until(() -> System.nanoTime() - arrived > TimeUnit.MILLISECONDS.toNanos(20));
                sent.countDown();
                try {
                    server.receiver().receive(Duration.ofSeconds(10));
                } catch (Exception e) {
                    // The channel is closed at the end.
                }
            });
            assertThatExceptionOfType(RequestExpiredException.class)
                    .isThrownBy(() -> template.convertSendAndReceive("texts", "a", String.class,
                            IpcSendOptions.DEFAULT.maxAge(Duration.ofMillis(1))))
                    .withMessageContaining("\"texts\" was too old");
            assertThat(sent.getCount()).isZero();
        }
    }

    @Test
    void nothingIsLostOrDoubledWhenReceiversTakeOver() throws Exception {
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        int count = 2_000;
        Thread sending = Thread.ofVirtual().unstarted(() -> {
            for (int number = 0; number < count; number++) {
                template.convertAndSend("texts", String.valueOf(number));
            }
        });
        ServedTexts current = new ServedTexts(directories.channels(), "texts",
                message -> handled.add(message.message()));
        sending.start();
        while (sending.isAlive()) {
            int before = handled.size();
            await().until(() -> handled.size() > before + 50 || !sending.isAlive());
            current.drain(Duration.ofSeconds(10));
            current.close();
            current = new ServedTexts(directories.channels(), "texts", message -> handled.add(message.message()));
        }
        current.drain(Duration.ofSeconds(10));
        current.close();
        assertThat(handled).hasSize(count).doesNotHaveDuplicates();
    }

    private static <R> void answer(NamedServer<String> server, R result, MessageType<R> type) {
        Thread.ofVirtual().start(() -> {
            try (Received<String> request = server.receiver().take()) {
                request.reply(result, type, SendOptions.DEFAULT.headers(Map.of("page", 7L)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static Closeable closeable(Message<?> reply) throws IOException {
        assertThat(reply.getHeaders()).doesNotContainKey(MessageHeaders.REPLY_CHANNEL);
        return (Closeable) Objects.requireNonNull(reply.getHeaders().get(IpcHeaders.CLOSEABLE_RESOURCE));
    }
}
