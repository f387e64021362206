package io.resourcelink.boot.claim.listener;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import io.resourcelink.Content;
import io.resourcelink.Effort;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.ClaimOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Payloads of 1 MiB go through Kafka as claims, while the consumer's process is killed again and again. Each message is handled in
 * the end, with its payload, and nothing is left when the time to live is over. The whole campaign:
 * {@code -Dipc.campaign.messages=2000 -Dipc.campaign.kills=30}.
 */
@Tag("slow")
@Timeout(1800)
@EnabledIfSystemProperty(named = Effort.THOROUGH, matches = "true", disabledReason = "TwoHostsIT of the sample is its part of the gate")
class KilledKafkaConsumerIT {

    private static final int MESSAGES = Integer.getInteger("ipc.campaign.messages", 40);
    private static final int KILLS = Integer.getInteger("ipc.campaign.kills", 1);
    private static final Duration LIFE = Duration.ofSeconds(Integer.getInteger("ipc.campaign.life", 15));
    /** In the gate, the consumer is killed as soon as it has handled so many. */
    private static final int HANDLED_BEFORE_KILL = KILLS > 1 ? Integer.MAX_VALUE : 5;
    private static final Duration TTL = Duration.ofSeconds(KILLS > 1 ? 120 : 20);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final int SIZE = 1 << 20;

    @RegisterExtension
    final TestDirectories host = new TestDirectories();

    @TempDir
    private Path work;

    private final EmbeddedKafkaKraftBroker kafka = new EmbeddedKafkaKraftBroker(1, 1, "scans");

    @BeforeEach
    void startBroker() {
        kafka.afterPropertiesSet();
    }

    @AfterEach
    void stopBroker() {
        kafka.destroy();
    }

    @Test
    void noMessageIsLostAndNothingIsLeft() throws Exception {
        try (ConfigurableApplicationContext producer = Broker.KAFKA.start(Producer.class, host,
                "spring.kafka.bootstrap-servers=" + kafka.getBrokersAsString(),
                "spring.kafka.producer.value-serializer=org.springframework.kafka.support.serializer.JacksonJsonSerializer",
                "ipc.gc.interval=" + SWEEP.toMillis() + "ms", "logging.level.kafka=ERROR",
                "logging.level.org.apache.kafka=ERROR", "logging.level.state=ERROR")) {
            long begin = System.nanoTime();
            CompletableFuture<Long> sending = CompletableFuture.supplyAsync(() -> send(producer, begin));
            List<ConsumerProcess> consumers = new ArrayList<>(List.of(consumer(0)));
            try {
                for (int kill = 1; kill <= KILLS; kill++) {
                    ConsumerProcess consumer = consumers.getLast();
                    awaitKill(consumers, consumer, begin, kill);
                    consumer.kill();
                    consumers.add(consumer(kill));
                }
                long lastSent = sending.join();
                await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200)).until(() -> {
                    assertThat(consumers.getLast().process().isAlive()).as(consumers.getLast()::output).isTrue();
                    return handled(consumers).size() == MESSAGES;
                });
                consumers.getLast().kill();
                assertNothingIsLost(consumers);
                assertNothingIsLeft(lastSent);
                report(consumers, begin);
            } finally {
                consumers.forEach(ConsumerProcess::close);
            }
        }
    }

    private static void awaitKill(List<ConsumerProcess> consumers, ConsumerProcess consumer, long begin, int kill) {
        await().atMost(LIFE.plusSeconds(60)).pollInterval(Duration.ofMillis(50)).until(() -> {
            assertThat(consumer.process().isAlive()).as(consumer::output).isTrue();
            return (System.nanoTime() - begin >= LIFE.toNanos() * kill && !handled(consumers).isEmpty())
                    || handled(List.of(consumer)).size() >= HANDLED_BEFORE_KILL;
        });
    }

    /** Sends the messages at a steady rate, so that the last one comes when the last consumer runs. */
    private static long send(ConfigurableApplicationContext producer, long begin) {
        Claims claims = producer.getBean(Claims.class);
        @SuppressWarnings("unchecked")
        KafkaTemplate<Object, Object> template = producer.getBean(KafkaTemplate.class);
        long interval = KILLS > 1 ? LIFE.toNanos() * KILLS / MESSAGES : TimeUnit.MILLISECONDS.toNanos(5);
        for (int number = 0; number < MESSAGES; number++) {
            awaitTime(begin + interval * number);
            byte[] payload = new byte[SIZE];
            ByteBuffer.wrap(payload).putInt(number + 1).putInt(SIZE - ConsumerApplication.NUMBER_BYTES, number + 1);
            template.send("scans", new Order(number + 1, claims.publish(Content.of(payload),
                    ClaimOptions.defaults().withTtl(TTL)))).join();
        }
        return System.nanoTime();
    }

    private static void awaitTime(long time) {
        while (System.nanoTime() < time) {
            LockSupport.parkNanos(time - System.nanoTime());
        }
    }

    private ConsumerProcess consumer(int number) throws Exception {
        return ConsumerProcess.start(Broker.KAFKA, host, work, "consumer-" + number, "test.topic=scans",
                "spring.kafka.bootstrap-servers=" + kafka.getBrokersAsString(),
                "spring.kafka.consumer.auto-offset-reset=earliest",
                "spring.kafka.consumer.properties.session.timeout.ms=6000",
                "spring.kafka.consumer.properties.heartbeat.interval.ms=1000",
                "spring.kafka.consumer.value-deserializer=org.springframework.kafka.support.serializer.JacksonJsonDeserializer",
                "spring.kafka.consumer.properties.spring.json.trusted.packages=" + Order.class.getPackageName());
    }

    private static Set<Integer> handled(List<ConsumerProcess> consumers) {
        return events(consumers, "handled").stream().map(ConsumerProcess.Event::number)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<ConsumerProcess.Event> events(List<ConsumerProcess> consumers, String name) {
        return consumers.stream().flatMap(consumer -> consumer.events().stream())
                .filter(event -> event.event().equals(name)).toList();
    }

    private static void assertNothingIsLost(List<ConsumerProcess> consumers) {
        assertThat(handled(consumers)).containsExactlyElementsOf(IntStream.rangeClosed(1, MESSAGES).boxed().toList());
        assertThat(consumers).allSatisfy(consumer -> assertThat(consumer.output()).doesNotContain("Exception"));
    }

    /** The producer's timer removes them, a period after their time to live at the latest. */
    private void assertNothingIsLeft(long lastSent) {
        Duration left = TTL.plus(SWEEP).minusNanos(System.nanoTime() - lastSent);
        await().atMost(left.plusSeconds(10)).pollInterval(Duration.ofMillis(100)).until(() -> host.keys().isEmpty());
    }

    private static void report(List<ConsumerProcess> consumers, long begin) {
        List<ConsumerProcess.Event> begun = events(consumers, "begun");
        System.out.printf("%d messages of 1 MiB, %d kills: %d handled, %d deliveries, %d of them again; %d s%n",
                MESSAGES,
                KILLS, handled(consumers).size(), begun.size(), begun.size() - MESSAGES,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(TestFetcher.class)
    static class Producer {}
}
