package io.resourcelink.boot.claim.listener;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.artemis.autoconfigure.ArtemisConfigurationCustomizer;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.annotation.JmsListenerConfigurer;
import org.springframework.jms.core.JmsClient;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.support.JmsHeaders;
import org.springframework.jms.support.converter.JacksonJsonMessageConverter;
import org.springframework.jms.support.converter.MessageConverter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Listeners of JMS as Spring Boot makes them, with an embedded Artemis. */
@Tag("slow")
class JmsClaimListenerTest {

    private static final Duration TTL = Duration.ofMinutes(1);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void aListenerGetsTheSegmentItself() throws Exception {
        try (ConfigurableApplicationContext context = Broker.ARTEMIS.start(Application.class, directories)) {
            Claim claim = publish(context);
            Deliveries deliveries = context.getBean(Deliveries.class);
            template(context).convertAndSend("orders", new Order(3, claim));
            assertThat(deliveries.await(1).getFirst().number()).isEqualTo(3);
            assertThat(deliveries.all().getFirst().inode())
                    .isEqualTo(Mappings.inode(directories.memory().resolve(claim.key())));
            deliveries.awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void aFutureIsAwaitedAndTheMessageComesOnce() {
        try (ConfigurableApplicationContext context = Broker.ARTEMIS.start(Application.class, directories)) {
            Claim claim = publish(context);
            Deliveries deliveries = context.getBean(Deliveries.class);
            template(context).convertAndSend("futures", new Order(1, claim));
            ResourceLink link = deliveries.await(1).getFirst().link();
            assertThat(link.isClosed()).isFalse();
            context.getBean(Listeners.class).result.complete(null);
            deliveries.awaitClosed();
            template(context).convertAndSend("futures", new Order(2, claim));
            assertThat(deliveries.await(2)).extracting(Deliveries.Delivery::number).containsExactly(1, 2);
            deliveries.awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void aMessageExpiresBeforeItsPayload() {
        try (ConfigurableApplicationContext context = Broker.ARTEMIS.start(Application.class, directories)) {
            Claim claim = publish(context);
            Duration ttl = context.getBean(Claims.class).messageTtl(claim);
            assertThat(ttl).isPositive().isLessThan(TTL);
            context.getBean(JmsClient.class).destination("expiring").withTimeToLive(ttl.toMillis())
                    .send(new Order(1, claim));
            context.getBean(Deliveries.class).await(1);
            assertThat(context.getBean(Listeners.class).expirations).allMatch(
                    end -> end > System.currentTimeMillis() && end < claim.expiresAt().toEpochMilli()).hasSize(1);
            context.getBean(Deliveries.class).awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    /** Whether it has expired is decided by the receive that finds it. */
    @Test
    void aMessageThatHasExpiredIsNotDeliveredAndItsPayloadStays() {
        try (ConfigurableApplicationContext context = Broker.ARTEMIS.start(Application.class, directories)) {
            Claim claim = publish(context);
            long sent = System.currentTimeMillis();
            context.getBean(JmsClient.class).destination("unread").withTimeToLive(1).send(new Order(1, claim));
            Deliveries.waiting().until(() -> System.currentTimeMillis() > sent + 1);
            JmsTemplate reader = template(context);
            reader.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
            assertThat(reader.receive("unread")).isNull();
            assertThat(context.getBean(Claims.class).settle(claim)).as("its own time is not over").isTrue();
        }
    }

    @Test
    void aRollBackLeavesNeitherMessageNorPayload() {
        try (ConfigurableApplicationContext context = Broker.ARTEMIS.start(Application.class, directories)) {
            TransactionTemplate transactions = new TransactionTemplate(new SynchronizingTransactions());
            JmsTemplate template = template(context);
            template.setSessionTransacted(true);
            assertThatThrownBy(() -> transactions.executeWithoutResult(_ -> {
                template.convertAndSend("orders", new Order(1, publish(context)));
                assertThat(directories.keys()).hasSize(1);
                throw new IllegalStateException("rolled back");
            })).hasMessage("rolled back");
            assertThat(directories.keys()).isEmpty();
            Claim committed = transactions.execute(_ -> {
                Claim claim = publish(context);
                template.convertAndSend("orders", new Order(2, claim));
                return claim;
            });
            assertThat(context.getBean(Deliveries.class).await(1)).extracting(Deliveries.Delivery::number)
                    .containsExactly(2);
            context.getBean(Deliveries.class).awaitClosed();
            assertThat(context.getBean(Claims.class).settle(Objects.requireNonNull(committed))).isTrue();
        }
    }

    @Test
    void whatNoRetryCuresGoesToTheDeadLetterQueue() {
        try (ConfigurableApplicationContext context = Broker.ARTEMIS.start(Application.class, directories)) {
            template(context).convertAndSend("links", "ipc1.forged");
            Deliveries.waiting().until(() -> context.getBean(Listeners.class).deadLetters.size() == 1);
            assertThat(context.getBean(Listeners.class).deadLetters).containsExactly("ipc1.forged");
            assertThat(context.getBean(Deliveries.class).all()).isEmpty();
        }
    }

    /** So that an origin can start again meanwhile. */
    @Test
    void aQueueWithADelayWaitsForTheNextAttempt() {
        try (ConfigurableApplicationContext context = Broker.ARTEMIS.start(Delaying.class, directories)) {
            template(context).convertAndSend("links", "ipc1.forged");
            Queue links = context.getBean(EmbeddedActiveMQ.class).getActiveMQServer().locateQueue("links");
            Deliveries.waiting().until(() -> links.getScheduledCount() == 1);
            assertThat(context.getBean(Listeners.class).deadLetters).isEmpty();
        }
    }

    @Test
    void theApplicationsFactoryStays() {
        try (ConfigurableApplicationContext context = Broker.ARTEMIS.start(WithFactory.class, directories)) {
            Claim claim = publish(context);
            template(context).convertAndSend("customers", new Order(4, claim));
            Deliveries deliveries = context.getBean(Deliveries.class);
            assertThat(deliveries.await(1)).extracting(Deliveries.Delivery::listener).containsExactly("resolved");
            deliveries.awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    private static Claim publish(ConfigurableApplicationContext context) {
        return context.getBean(Claims.class).publish(Content.of(new byte[]{ 5, 6, 7 }),
                ClaimOptions.defaults().withTtl(TTL));
    }

    private static JmsTemplate template(ConfigurableApplicationContext context) {
        return context.getBean(JmsTemplate.class);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(TestFetcher.class)
    static class Application {

        @Bean
        Deliveries deliveries() {
            return new Deliveries();
        }

        @Bean
        Listeners listeners(Deliveries deliveries) {
            return new Listeners(deliveries);
        }

        /** It makes a mapper of its own, which finds the module of claims by itself. */
        @Bean
        MessageConverter messageConverter() {
            JacksonJsonMessageConverter converter = new JacksonJsonMessageConverter();
            converter.setTypeIdPropertyName("_type");
            return converter;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Delaying extends Application {

        @Bean
        ArtemisConfigurationCustomizer delay() {
            return configuration -> configuration.addAddressSetting("links",
                    new AddressSettings().setRedeliveryDelay(Duration.ofHours(1).toMillis()));
        }
    }

    static final class Listeners {

        final CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        final List<String> deadLetters = new CopyOnWriteArrayList<>();
        final List<Long> expirations = new CopyOnWriteArrayList<>();
        private final Deliveries deliveries;

        Listeners(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @JmsListener(destination = "orders")
        void order(Order order, @OpenClaim ResourceLink link) {
            deliveries.add("order", order.number(), link);
        }

        @JmsListener(destination = "expiring")
        void expiring(Order order, @OpenClaim ResourceLink link, @Header(JmsHeaders.EXPIRATION) long expiration) {
            expirations.add(expiration);
            deliveries.add("expiring", order.number(), link);
        }

        @JmsListener(destination = "futures")
        CompletableFuture<@Nullable Void> future(@OpenClaim ResourceLink link, Order order) {
            deliveries.add("future", order.number(), link);
            return result;
        }

        @JmsListener(destination = "links")
        void link(@OpenClaim ResourceLink link) {
            deliveries.add("link", 0, link);
        }

        @JmsListener(destination = "DLQ")
        void deadLetter(String text) {
            deadLetters.add(text);
        }
    }

    /** Transactions without a resource of their own, as those of a database are for a JMS session: it is committed after them. */
    private static final class SynchronizingTransactions extends AbstractPlatformTransactionManager {

        private static final long serialVersionUID = 1L;

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class WithFactory {

        @Bean
        JmsListenerConfigurer factory() {
            return registrar -> {
                DefaultMessageHandlerMethodFactory factory = new DefaultMessageHandlerMethodFactory();
                factory.setCustomArgumentResolvers(List.of(new Customer.Resolver()));
                factory.afterPropertiesSet();
                registrar.setMessageHandlerMethodFactory(factory);
            };
        }

        @Bean
        CustomerListener customers(Deliveries deliveries) {
            return new CustomerListener(deliveries);
        }
    }

    static final class CustomerListener {

        private final Deliveries deliveries;

        CustomerListener(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @JmsListener(destination = "customers")
        void order(Order order, Customer customer, @OpenClaim ResourceLink link) {
            deliveries.add(customer.name(), order.number(), link);
        }
    }
}
