package io.resourcelink.channel.jackson;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Codec;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.OneShotServer;
import io.resourcelink.channel.ReceiverSet;
import io.resourcelink.channel.Router;
import io.resourcelink.channel.Subchannel;
import io.resourcelink.error.MessageException;
import io.resourcelink.memory.SharedMemory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@ExtendWith(SharedMemoryDirectory.class)
class JacksonCodecTest {

    private final JacksonCodec codec = new JacksonCodec();

    record Frame(int width, int height, String name) {}

    record Box<T>(T content, List<T> more) {}

    record Times(Instant instant, Duration duration, LocalDate date, OffsetDateTime offset, ZonedDateTime zoned) {}

    record Numbers(byte small, long large, float single, double precise, BigInteger huge, BigDecimal exact, char letter,
            boolean flag) {}

    record Absent(@Nullable String text, Optional<Frame> frame, Optional<Frame> none) {}

    enum Colour {
        RED, DARK_RED;

        @Override
        public String toString() {
            return "red";
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({ @JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class) })
    sealed interface Shape {}

    record Circle(double radius) implements Shape {}

    record Square(double side) implements Shape {}

    static final class Bean {

        private String name = "";
        private int count;

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }

        public int getCount() {
            return count;
        }

        public void setCount(int count) {
            this.count = count;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bean that && name.equals(that.name) && count == that.count;
        }

        @Override
        public int hashCode() {
            return Objects.hash(name, count);
        }
    }

    /** A bean whose getter does something. */
    static final class Computed {

        private transient Supplier<byte[]> source = () -> new byte[0];

        Computed() {}

        Computed(Supplier<byte[]> made) {
            this.source = made;
        }

        public byte[] getValue() {
            return source.get();
        }

        public void setValue(byte[] value) {
            this.source = () -> value;
        }
    }

    record Nest(SharedMemory first, Computed sending, SharedMemory last) {}

    /** A message and the type it is sent as. */
    record Sent(Object message, MessageType<?> type) {}

    static Stream<Sent> messages() {
        Bean bean = new Bean();
        bean.setName("bean");
        bean.setCount(3);
        return Stream.of(new Sent(new Frame(640, 480, "first"), MessageType.of(Frame.class)),
                new Sent(bean, MessageType.of(Bean.class)), new Sent("text \uD83D\uDE00", MessageType.of(String.class)),
                new Sent(42, MessageType.of(int.class)), new Sent(1L << 40, MessageType.of(Long.class)),
                new Sent(Double.NaN, MessageType.of(Double.class)), new Sent(true, MessageType.of(Boolean.class)),
                new Sent(Colour.DARK_RED, MessageType.of(Colour.class)),
                new Sent(List.of(new Frame(1, 2, "a"), new Frame(3, 4, "b")), new MessageType<List<Frame>>() {
                }), new Sent(Map.of("one", List.of(1, 2), "none", List.of()),
                        new MessageType<Map<String, List<Integer>>>() {
                        }),
                new Sent(Map.of(Colour.RED, 1, Colour.DARK_RED, 2), new MessageType<Map<Colour, Integer>>() {
                }), new Sent(new Box<>(new Frame(1, 2, "in"), List.of()), new MessageType<Box<Frame>>() {
                }), new Sent(new Box<>(Optional.of(1), List.of(Optional.empty())),
                        new MessageType<Box<Optional<Integer>>>() {
                        }),
                new Sent(Optional.empty(), new MessageType<Optional<Frame>>() {
                }), new Sent(new Absent(null, Optional.of(new Frame(1, 1, "")), Optional.empty()),
                        MessageType.of(Absent.class)),
                new Sent(new Circle(1.5), MessageType.of(Shape.class)),
                new Sent(List.of(new Circle(1), new Square(2)), new MessageType<List<Shape>>() {
                }), new Sent(new Numbers((byte) -1, Long.MIN_VALUE, 0.1f, 0.1, BigInteger.TWO.pow(20_000),
                        new BigDecimal("1.2300"), '\u00E9', true), MessageType.of(Numbers.class)),
                new Sent(
                        new Times(Instant.ofEpochSecond(1_700_000_000, 123_456_789), Duration.ofNanos(1),
                                LocalDate.EPOCH,
                                OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 6, ZoneOffset.ofHours(5)),
                                ZonedDateTime.parse("2026-07-01T12:00+02:00[Europe/Berlin]")),
                        MessageType.of(Times.class)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatIsSentIsReceivedEqual(Sent sent) {
        FakeAttachments fake = new FakeAttachments();
        byte[] body = codec.encode(sent.message(), sent.type(), fake);
        assertThat((Object) codec.decode(body, sent.type(), fake)).isEqualTo(sent.message());
        assertThat(fake.attachments).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void bytesAfterTheMessageAreAnError(Sent sent) {
        byte[] body = codec.encode(sent.message(), sent.type(), new FakeAttachments());
        byte[] longer = Arrays.copyOf(body, body.length + 1);
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.decode(longer, sent.type(), new FakeAttachments()))
                .withMessageContaining("railing token");
    }

    record Holder(@Nullable Object content) {}

    /** By one rule: whatever has to be closed and is not an attachment. */
    @Test
    void whatStaysInItsProcessIsRefusedWhenItIsSent(Path root) {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(root).build();
                Channel channel = Channel.builder().directory(root.resolve("channels")).open();
                ReceiverSet set = new ReceiverSet();
                Router router = Router.start();
                NamedServer<Frame> named = channel.serve("frames", Frame.class);
                OneShotServer<Frame> once = channel.oneShotServer(Frame.class);
                Subchannel<Frame> frames = channel.subchannel(Frame.class)) {
            for (Object staying : List.of(factory, channel, set, router, named, once, frames, frames.receiver())) {
                assertThatExceptionOfType(JacksonException.class)
                        .isThrownBy(() -> codec.encode(new Holder(staying), MessageType.of(Holder.class),
                                new FakeAttachments()))
                        .withMessageContaining(staying.getClass().getSimpleName() + " stays where it was opened");
            }
        }
    }

    @Test
    void isFoundAsTheDefault() {
        assertThat(ServiceLoader.load(Codec.class)).singleElement().isInstanceOf(JacksonCodec.class);
    }

    @Test
    void textsMayBeLongerThanJacksonsLimit() {
        assumeTrue(Runtime.getRuntime().maxMemory() >= 1L << 30, "needs a heap of 1 GiB");
        String text = "x".repeat(StreamReadConstraints.DEFAULT_MAX_STRING_LEN + 1);
        assertThat(roundTrip(text, MessageType.of(String.class)).length()).isEqualTo(text.length());
    }

    @Test
    void namesMayBeLongerThanJacksonsLimit() {
        String name = "n".repeat(StreamReadConstraints.DEFAULT_MAX_NAME_LEN + 1);
        assertThat(roundTrip(Map.of(name, 1), new MessageType<>() {
        })).containsOnlyKeys(name);
    }

    @Test
    void bytesAreWrittenAsBytes() {
        byte[] bytes = new byte[1 << 20];
        byte[] body = codec.encode(new Box<>(bytes, List.of()), new MessageType<Box<byte[]>>() {
        }, new FakeAttachments());
        assertThat(body).hasSizeLessThan(bytes.length + 40);
    }

    @Test
    void unknownPropertiesAreSkipped() {
        record Newer(int width, int height, String name, List<String> tags) {}
        byte[] body = codec.encode(new Newer(1, 2, "n", List.of("t")), MessageType.of(Newer.class),
                new FakeAttachments());
        assertThat(codec.decode(body, MessageType.of(Frame.class), new FakeAttachments()))
                .isEqualTo(new Frame(1, 2, "n"));
    }

    @Test
    void theTextOfADecodingErrorKeepsThePath() {
        record Wrong(Box<String> content, List<String> more) {}
        byte[] body = codec.encode(new Wrong(new Box<>("a", List.of("1", "x")), List.of()), MessageType.of(Wrong.class),
                new FakeAttachments());
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.decode(body, new MessageType<Box<Box<Integer>>>() {
                }, new FakeAttachments()))
                .withMessageContaining("Cannot deserialize value of type `java.lang.Integer` from String \"a\"")
                .withMessageContaining("Box[\"content\"]->").withMessageEndingWith("Box[\"content\"])");
    }

    @Test
    void anEncodingErrorKeepsItsCauseAndThePath() {
        Computed failing = new Computed(() -> {
            throw new IllegalStateException("broken pipe");
        });
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.encode(List.of(failing), new MessageType<List<Computed>>() {
                }, new FakeAttachments())).withMessageContaining("broken pipe").withMessageContaining("[0]->")
                .withMessageContaining("[\"value\"]").havingCause().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aMessageIsNeverNull() {
        MessageType<Frame> type = MessageType.of(Frame.class);
        assertThatExceptionOfType(MessageException.class)
                .isThrownBy(() -> codec.decode(new byte[]{ (byte) 0xF6 }, type, new FakeAttachments()))
                .withMessage("The message is null, not a " + Frame.class.getName() + '.');
        assertThatNullPointerException().isThrownBy(() -> codec.encode(none(), type, new FakeAttachments()))
                .withMessage("message");
    }

    @SuppressWarnings("NullAway") // what a caller without null checks may do
    private static Object none() {
        return null;
    }

    @Test
    void anEmptyBodyIsAnError() {
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.decode(new byte[0], MessageType.of(Frame.class), new FakeAttachments()));
    }

    @Test
    void aMessageOfAnotherTypeIsAnErrorOfTheSender() {
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.encode("text", MessageType.of(Frame.class), new FakeAttachments()))
                .withMessageContaining("Frame");
    }

    @Test
    void aMessageThatContainsItselfIsAnError() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.encode(endless, MessageType.of(List.class), new FakeAttachments()))
                .withMessageContaining("nesting depth");
    }

    @Test
    void nestingIsBoundedForTheReceiver() {
        byte[] deep = new byte[100_000];
        Arrays.fill(deep, (byte) 0x81);
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.decode(deep, MessageType.of(Object.class), new FakeAttachments()))
                .withMessageContaining("nesting depth");
    }

    @Test
    void encodersNest() {
        FakeAttachments inner = new FakeAttachments();
        FakeAttachments outer = new FakeAttachments();
        Computed sending = new Computed(
                () -> codec.encode(Specimen.memory(), MessageType.of(SharedMemory.class), inner));
        Nest message = new Nest(Specimen.memory(), sending, Specimen.memory());
        byte[] body = codec.encode(message, MessageType.of(Nest.class), outer);
        assertThat(outer.attachments).containsExactly(message.first(), message.last());
        assertThat(inner.attachments).hasSize(1);
        Nest received = codec.decode(body, MessageType.of(Nest.class), outer);
        assertThat(received.first()).isSameAs(message.first());
        assertThat(received.last()).isSameAs(message.last());
    }

    @Test
    void isSharedBetweenThreads() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Frame>> calls = IntStream.range(0, 500)
                    .mapToObj(i -> (Callable<Frame>) () -> roundTrip(new Frame(i, i, "f"), MessageType.of(Frame.class)))
                    .toList();
            int expected = 0;
            for (Future<Frame> call : threads.invokeAll(calls, 30, TimeUnit.SECONDS)) {
                assertThat(call.get()).isEqualTo(new Frame(expected, expected, "f"));
                expected++;
            }
        }
    }

    @Test
    void takesAnyMapperAndLeavesItAsItIs() {
        JsonMapper mapper = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
        JacksonCodec json = new JacksonCodec(mapper);
        MessageType<Frame> type = MessageType.of(Frame.class);
        String text = "{\"width\":1,\"height\":2,\"name\":\"j\"}";
        assertThat(new String(json.encode(new Frame(1, 2, "j"), type, new FakeAttachments()), UTF_8)).isEqualTo(text);
        assertThat(json.decode(text.getBytes(UTF_8), type, new FakeAttachments())).isEqualTo(new Frame(1, 2, "j"));
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> json.decode((text + "1").getBytes(UTF_8), type, new FakeAttachments()));
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> json.decode(text.replace("}", ",\"depth\":3}").getBytes(UTF_8), type,
                        new FakeAttachments()))
                .withMessageContaining("depth");
        assertThat(mapper.registeredModules()).isEmpty();
        assertThat(mapper.readValue(text + "1", Frame.class).name()).isEqualTo("j");
    }

    private <T> T roundTrip(T message, MessageType<T> type) {
        return codec.decode(codec.encode(message, type, new FakeAttachments()), type, new FakeAttachments());
    }
}
