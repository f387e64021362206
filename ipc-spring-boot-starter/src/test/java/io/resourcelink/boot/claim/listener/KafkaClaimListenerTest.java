package io.resourcelink.boot.claim.listener;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.listener.KafkaApplications.Attempts;
import io.resourcelink.boot.claim.listener.KafkaApplications.AttemptsRecorded;
import io.resourcelink.boot.claim.listener.KafkaApplications.Batches;
import io.resourcelink.boot.claim.listener.KafkaApplications.DeadLetters;
import io.resourcelink.boot.claim.listener.KafkaApplications.Futures;
import io.resourcelink.boot.claim.listener.KafkaApplications.Groups;
import io.resourcelink.boot.claim.listener.KafkaApplications.HeadersOfOthers;
import io.resourcelink.boot.claim.listener.KafkaApplications.NearAndFar;
import io.resourcelink.boot.claim.listener.KafkaApplications.WithFactory;
import io.resourcelink.boot.claim.listener.KafkaApplications.WithResolver;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Listeners of Kafka as Spring Boot makes them, with a broker in this JVM. */
@Tag("slow")
class KafkaClaimListenerTest {

    private static final EmbeddedKafkaKraftBroker KAFKA = new EmbeddedKafkaKraftBroker(1, 1);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @RegisterExtension
    final TestDirectories otherHost = new TestDirectories();

    @BeforeAll
    static void start() {
        KAFKA.afterPropertiesSet();
    }

    @AfterAll
    static void stop() {
        KAFKA.destroy();
    }

    @Test
    void eachConsumerGroupGetsTheSegmentItself() throws Exception {
        try (ConfigurableApplicationContext context = application(Groups.class)) {
            Claim claim = publish(context);
            send(context, "groups", new Order(3, claim));
            Deliveries deliveries = context.getBean(Deliveries.class);
            deliveries.await(3);
            assertThat(deliveries.all()).extracting(Deliveries.Delivery::listener).containsExactlyInAnyOrder("first",
                    "second", "handler");
            assertThat(deliveries.all()).extracting(Deliveries.Delivery::number).containsOnly(3);
            assertThat(deliveries.all()).extracting(Deliveries.Delivery::inode)
                    .containsOnly(Mappings.inode(directories.memory().resolve(claim.key())));
            deliveries.awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void aForgedClaimIsTriedOnceAndOthersUntilItWorks() {
        try (ConfigurableApplicationContext context = application(Attempts.class)) {
            Claim claim = publish(context);
            AttemptsRecorded attempts = context.getBean(AttemptsRecorded.class);
            send(context, "attempts", "ipc1.forged");
            Deliveries.waiting().until(() -> attempts.failures.size() == 1);
            send(context, "attempts", claim.toText());
            context.getBean(Deliveries.class).await(1);
            context.getBean(Deliveries.class).awaitClosed();
            assertThat(attempts.failures).extracting(Exception::getCause)
                    .hasExactlyElementsOfTypes(ClaimArgumentException.class, IllegalStateException.class,
                            IllegalStateException.class);
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void theSameListenerGetsFarPayloads() throws Exception {
        try (ResourceLinkFactory segments = directories.factory();
                TestOrigin origin = new TestOrigin(segments);
                ConfigurableApplicationContext near = application(NearAndFar.class, "test.group=near");
                ConfigurableApplicationContext far = applicationOn(otherHost, NearAndFar.class, "test.group=far")) {
            Claim claim = publish(near, origin.address());
            send(near, "near-and-far", new Order(1, claim));
            send(near, "near-and-far", new Order(2, claim));
            List<Deliveries.Delivery> here = near.getBean(Deliveries.class).await(2);
            List<Deliveries.Delivery> there = far.getBean(Deliveries.class).await(2);
            long published = Mappings.inode(directories.memory().resolve(claim.key()));
            assertThat(here).extracting(Deliveries.Delivery::inode).containsOnly(published);
            long replica = Mappings.inode(otherHost.memory().resolve(otherHost.keys().getFirst()));
            assertThat(there).extracting(Deliveries.Delivery::inode).containsOnly(replica).doesNotContain(published);
            assertThat(there).extracting(Deliveries.Delivery::size).containsOnly(3L);
            assertThat(origin.served()).isEqualTo(1);
            near.getBean(Deliveries.class).awaitClosed();
            far.getBean(Deliveries.class).awaitClosed();
            assertThat(near.getBean(Claims.class).settle(claim)).isTrue();
            removeReplica();
        }
    }

    @Test
    void aBusyOriginIsAskedAgain() throws Exception {
        try (ResourceLinkFactory segments = directories.factory();
                TestOrigin origin = new TestOrigin(segments);
                ConfigurableApplicationContext far = applicationOn(otherHost, NearAndFar.class, "test.group=busy",
                        "test.topic=busy")) {
            Claim claim = LocalClaims.signed(segments, Broker.SIGNER).publish(Content.of(new byte[]{ 5, 6, 7 }),
                    ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)).withOrigins(List.of(origin.address())));
            origin.beBusy(2);
            send(far, "busy", new Order(1, claim));
            far.getBean(Deliveries.class).await(1);
            far.getBean(Deliveries.class).awaitClosed();
            assertThat(far.getBean(AttemptsRecorded.class).failures).extracting(Exception::getCause)
                    .hasExactlyElementsOfTypes(ClaimUnavailableException.class, ClaimUnavailableException.class);
            assertThat(origin.served()).isEqualTo(1);
            assertThat(segments.remove(claim.key())).isTrue();
            removeReplica();
        }
    }

    private void removeReplica() {
        try (ResourceLinkFactory factory = otherHost.factory()) {
            otherHost.keys().forEach(factory::remove);
        }
    }

    @Test
    void theReaderOfADeadLetterTopicStillFindsThePayload() {
        try (ConfigurableApplicationContext context = application(DeadLetters.class)) {
            Claim claim = publish(context);
            send(context, "letters", new Order(9, claim));
            List<Deliveries.Delivery> all = context.getBean(Deliveries.class).await(1);
            assertThat(all).extracting(Deliveries.Delivery::listener).containsExactly("dead letter of letters");
            assertThat(context.getBean(DeadLetters.OfDeadLetters.class).calls).hasValue(2);
            context.getBean(Deliveries.class).awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void theLinkIsOpenUntilTheFutureHasCompleted() {
        try (ConfigurableApplicationContext context = application(Futures.class)) {
            Claim claim = publish(context);
            send(context, "futures", new Order(1, claim));
            Deliveries deliveries = context.getBean(Deliveries.class);
            ResourceLink link = deliveries.await(1).getFirst().link();
            assertThat(link.isClosed()).isFalse();
            context.getBean(Futures.OfFutures.class).result.complete(null);
            deliveries.awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void headersAreConvertedAsBefore() {
        try (ConfigurableApplicationContext context = application(HeadersOfOthers.class)) {
            context.getBean(HeadersOfOthers.OfHeadersOfOthers.class).send(template(context));
            Deliveries.waiting().until(() -> context.getBean(HeadersOfOthers.OfHeadersOfOthers.class).seen.size() == 1);
            assertThat(context.getBean(HeadersOfOthers.OfHeadersOfOthers.class).seen)
                    .containsExactly("text, 258, word");
        }
    }

    @Test
    void theApplicationsResolversAndValidatorStay() {
        checkResolverAndValidator(WithResolver.class, "resolvers");
    }

    @Test
    void theApplicationsFactoryStays() {
        checkResolverAndValidator(WithFactory.class, "factories");
    }

    private void checkResolverAndValidator(Class<?> application, String topic) {
        try (ConfigurableApplicationContext context = application(application, "test.topic=" + topic)) {
            Claim claim = publish(context);
            send(context, topic, new Order(-1, claim));
            send(context, topic, new Order(2, claim));
            Deliveries deliveries = context.getBean(Deliveries.class);
            assertThat(deliveries.await(1)).extracting(Deliveries.Delivery::listener).containsExactly("resolved");
            assertThat(deliveries.all()).extracting(Deliveries.Delivery::number).containsExactly(2);
            deliveries.awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void batchesAreRefusedAtStart() {
        assertThatThrownBy(() -> application(Batches.class, "spring.kafka.listener.type=batch").close())
                .isInstanceOf(InvalidClaimListenerException.class)
                .hasMessageContaining("a batch has more than one claim")
                .hasMessageContaining("Take the io.resourcelink");
    }

    private ConfigurableApplicationContext application(Class<?> application, String... more) {
        return applicationOn(directories, application, more);
    }

    private static ConfigurableApplicationContext applicationOn(TestDirectories host, Class<?> application,
            String... more) {
        List<String> properties = new ArrayList<>(
                List.of("spring.kafka.bootstrap-servers=" + KAFKA.getBrokersAsString(),
                        "spring.kafka.consumer.auto-offset-reset=earliest",
                        "spring.kafka.producer.value-serializer=org.springframework.kafka.support.serializer.JacksonJsonSerializer",
                        "spring.kafka.consumer.value-deserializer=org.springframework.kafka.support.serializer.ErrorHandlingDeserializer",
                        "spring.kafka.consumer.properties.spring.deserializer.value.delegate.class=org.springframework.kafka.support.serializer.JacksonJsonDeserializer",
                        "spring.kafka.consumer.properties.spring.json.trusted.packages=" + Order.class.getPackageName(),
                        "logging.level.kafka=ERROR", "logging.level.org.apache.kafka=ERROR",
                        "logging.level.state=ERROR",
                        "logging.level.org.springframework.kafka=ERROR"));
        properties.addAll(List.of(more));
        return Broker.KAFKA.start(application, host, properties.toArray(String[]::new));
    }

    private static Claim publish(ConfigurableApplicationContext context, URI... origins) {
        return context.getBean(Claims.class).publish(Content.of(new byte[]{ 5, 6, 7 }),
                ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)).withOrigins(List.of(origins)));
    }

    @SuppressWarnings("unchecked")
    private static KafkaTemplate<Object, Object> template(ConfigurableApplicationContext context) {
        return context.getBean(KafkaTemplate.class);
    }

    private static void send(ConfigurableApplicationContext context, String topic, Object payload) {
        template(context).send(topic, payload).join();
    }
}
