package io.resourcelink.boot.claim.listener;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.kafka.support.converter.RecordMessageConverter;
import org.springframework.kafka.support.converter.StringJacksonJsonMessageConverter;
import org.springframework.kafka.support.serializer.JacksonJsonDeserializer;
import org.springframework.kafka.support.serializer.JacksonJsonSerializer;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.JacksonJsonMessageConverter;
import org.springframework.messaging.support.GenericMessage;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.claim.Claim;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * The JSON converters of the brokers' libraries write a claim as its text, with Spring Boot's mapper and with one of their own. Those
 * of JMS need a session, and have their turn in {@link JmsClaimListenerTest}.
 */
class ClaimConvertersTest {

    private static final Claim CLAIM = new Claim(new SpaceId("0123456789abcdef".repeat(2)),
            "claim-" + "0".repeat(32), ResourceKind.SHARED_MEMORY, 7, 8, Instant.EPOCH, List.of());
    private static final Order ORDER = new Order(3, CLAIM);
    private static final String JSON = "{\"number\":3,\"scan\":\"" + CLAIM.toText() + "\"}";

    /**
     * A converter there and back.
     *
     * @param write what is sent of an order, as text
     * @param read the order in it
     */
    record Way(Function<Order, String> write, Function<String, @Nullable Object> read) {}

    static Stream<Arguments> ways() {
        JsonMapper boots = boots();
        return Stream.of(arguments("Kafka's serializer", kafka(new JacksonJsonSerializer<>(), own())),
                arguments("Kafka's serializer with Boot's mapper",
                        kafka(new JacksonJsonSerializer<>(boots), new JacksonJsonDeserializer<>(Order.class, boots))),
                arguments("Kafka's converter",
                        kafka(new StringJacksonJsonMessageConverter())),
                arguments("Kafka's converter with Boot's mapper",
                        kafka(new StringJacksonJsonMessageConverter(
                                boots))),
                arguments("AMQP's converter",
                        amqp(new org.springframework.amqp.support.converter.JacksonJsonMessageConverter(
                                Order.class.getPackageName()))),
                arguments("AMQP's converter with Boot's mapper",
                        amqp(new org.springframework.amqp.support.converter.JacksonJsonMessageConverter(boots,
                                Order.class.getPackageName()))),
                arguments("messaging's converter", messaging(new JacksonJsonMessageConverter())),
                arguments("messaging's converter with Boot's mapper",
                        messaging(new JacksonJsonMessageConverter(boots))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void aClaimIsItsText(String name, Way way) {
        assertThat(way.write().apply(ORDER)).isEqualTo(JSON);
        assertThat(way.read().apply(JSON)).isEqualTo(ORDER);
    }

    private static JsonMapper boots() {
        JsonMapper[] mapper = new JsonMapper[1];
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
                .run(context -> mapper[0] = context.getBean(JsonMapper.class));
        return mapper[0];
    }

    private static JacksonJsonDeserializer<Order> own() {
        return new JacksonJsonDeserializer<>(Order.class);
    }

    private static Way kafka(JacksonJsonSerializer<Order> serializer, JacksonJsonDeserializer<Order> deserializer) {
        return new Way(order -> text(serializer.serialize("orders", order)),
                text -> deserializer.deserialize("orders", text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Way kafka(RecordMessageConverter converter) {
        return new Way(order -> {
            Message<Order> message = new GenericMessage<>(order, Map.of(KafkaHeaders.TOPIC, "orders"));
            ProducerRecord<?, ?> record = converter.fromMessage(message, "orders");
            return String.valueOf(record.value());
        }, text -> converter.toMessage(new ConsumerRecord<>("orders", 0, 0, "key", text), null, null, Order.class)
                .getPayload());
    }

    private static Way amqp(org.springframework.amqp.support.converter.MessageConverter converter) {
        return new Way(order -> text(converter.toMessage(order, new MessageProperties()).getBody()), text -> {
            org.springframework.amqp.core.Message message = converter.toMessage(ORDER, new MessageProperties());
            return converter.fromMessage(new org.springframework.amqp.core.Message(
                    text.getBytes(StandardCharsets.UTF_8), message.getMessageProperties()));
        });
    }

    private static Way messaging(JacksonJsonMessageConverter converter) {
        return new Way(order -> {
            Message<?> message = converter.toMessage(order, null);
            return text((byte[]) Objects.requireNonNull(message).getPayload());
        }, text -> converter.fromMessage(new GenericMessage<>(text.getBytes(StandardCharsets.UTF_8)), Order.class));
    }

    private static String text(byte @Nullable [] bytes) {
        return new String(Objects.requireNonNull(bytes), StandardCharsets.UTF_8);
    }
}
