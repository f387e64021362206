package io.resourcelink.boot.channel.autoconfigure;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.messaging.MessageDeliveryException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.error.MessageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The codec of the channel has the application's modules, and refuses what it could not bring over equal without them. */
@Timeout(60)
class JacksonModulesTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    record Bits(BitSet bits) {}

    record Point(int x, long y) {}

    static final class Receiving {

        final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

        @IpcListener("bits")
        void bits(Bits bits) {
            received.add(bits);
        }

        @IpcListener("points")
        void points(List<Point> points) {
            received.add(points);
        }

        @IpcListener("point")
        void point(Point point) {
            received.add(point);
        }
    }

    static JacksonModule bitSets() {
        return new SimpleModule("bits").addSerializer(new StdSerializer<BitSet>(BitSet.class) {

            @Override
            public void serialize(BitSet bits, JsonGenerator generator, SerializationContext context) {
                generator.writeBinary(bits.toByteArray());
            }
        }).addDeserializer(BitSet.class, new StdDeserializer<>(BitSet.class) {

            @Override
            public BitSet deserialize(JsonParser parser, DeserializationContext context) {
                return BitSet.valueOf(Objects.requireNonNull(parser.getBinaryValue()));
            }
        });
    }

    @Test
    void modulesThatAreBeansAreTaken() {
        Bits bits = new Bits(BitSet.valueOf(new long[]{ 5 }));
        directories.messaging().withBean(Receiving.class)
                .withBean("bitSets", JacksonModule.class, JacksonModulesTest::bitSets).run(context -> {
                    context.getBean(IpcTemplate.class).convertAndSend("bits", bits);
                    assertThat(context.getBean(Receiving.class).received.poll(10, TimeUnit.SECONDS)).isEqualTo(bits);
                });
    }

    @Test
    void withoutThemTheSenderIsTold() {
        directories.messaging().withBean(Receiving.class).run(
                context -> assertThatExceptionOfType(MessageDeliveryException.class)
                        .isThrownBy(() -> context.getBean(IpcTemplate.class).convertAndSend("bits",
                                new Bits(new BitSet())))
                        .withCauseInstanceOf(MessageException.class).withMessageContaining("java.util.BitSet")
                        .withMessageContaining("Bits[\"bits\"]"));
    }

    /** A list does not say what its elements are, nor does a map; the listener does. */
    @Test
    void elementsOfAPayloadNeedNoDeclaration() {
        directories.messaging().withBean(Receiving.class).run(context -> {
            BlockingQueue<Object> received = context.getBean(Receiving.class).received;
            context.getBean(IpcTemplate.class).convertAndSend("points", List.of(new Point(1, 2)));
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(List.of(new Point(1, 2)));
            context.getBean(IpcTemplate.class).convertAndSend("point", (Object) Map.of("x", 1, "y", 2L));
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(new Point(1, 2));
        });
    }
}
