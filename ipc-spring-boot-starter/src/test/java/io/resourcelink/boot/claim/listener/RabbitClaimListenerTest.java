package io.resourcelink.boot.claim.listener;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import jakarta.validation.Valid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.listener.ConditionalRejectingErrorHandler;
import org.springframework.amqp.listener.adapter.AmqpMessageHandlerMethodFactory;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.annotation.RabbitListenerConfigurer;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.converter.GenericMessageConverter;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.Validator;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Listeners of RabbitMQ as Spring Boot makes them, without a broker: a test calls the listener of the container with messages that
 * the application's converter has made.
 */
@Tag("slow")
class RabbitClaimListenerTest {

    private static final String NOT_STARTED = "spring.rabbitmq.listener.simple.auto-startup=false";

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void aListenerGetsTheSegmentItself() throws Exception {
        try (ConfigurableApplicationContext context = Broker.RABBIT.start(Application.class, directories,
                NOT_STARTED)) {
            Claim claim = publish(context);
            deliver(context, "order", message(context, new Order(3, claim)));
            Deliveries.Delivery delivery = context.getBean(Deliveries.class).await(1).getFirst();
            assertThat(delivery.number()).isEqualTo(3);
            assertThat(delivery.inode()).isEqualTo(Mappings.inode(directories.memory().resolve(claim.key())));
            assertThat(delivery.link().isClosed()).isTrue();

            deliver(context, "linkOnly", text(claim.toText()));
            assertThat(context.getBean(Deliveries.class).await(2).getLast().listener()).isEqualTo("linkOnly");
            context.getBean(Claims.class).settle(claim);
        }
    }

    @Test
    void bytesAreStillConvertedToText() throws Exception {
        try (ConfigurableApplicationContext context = Broker.RABBIT.start(Application.class, directories,
                NOT_STARTED)) {
            deliver(context, "text", text("plain"));
            assertThat(context.getBean(Listeners.class).texts).containsExactly("plain");
        }
    }

    @Test
    void whatNoRetryCuresIsRejectedAndTheRestIsNot() {
        try (ConfigurableApplicationContext context = Broker.RABBIT.start(Application.class, directories,
                NOT_STARTED)) {
            Claim claim = publish(context);
            var fatal = new ConditionalRejectingErrorHandler.DefaultExceptionStrategy();
            assertThatThrownBy(() -> deliver(context, "linkOnly", text("ipc1.forged")))
                    .hasRootCauseInstanceOf(InvalidClaimException.class)
                    .satisfies(failure -> assertThat(fatal.isFatal(failure)).isTrue());
            Claim far = new Claim(new SpaceId("0".repeat(32)), claim.key(), ResourceKind.SHARED_MEMORY, claim.nonce(),
                    claim.length(), claim.expiresAt(), List.of());
            assertThatThrownBy(() -> deliver(context, "linkOnly", text(Broker.SIGNER.sign(far).toText())))
                    .hasRootCauseInstanceOf(ClaimUnavailableException.class)
                    .satisfies(failure -> assertThat(fatal.isFatal(failure)).isFalse());
            context.getBean(Claims.class).settle(claim);
        }
    }

    @Test
    void theApplicationsResolversAndValidatorStay() throws Exception {
        try (ConfigurableApplicationContext context = Broker.RABBIT.start(ApplicationWithResolver.class, directories,
                NOT_STARTED)) {
            checkResolverAndValidator(context);
        }
    }

    @Test
    void theApplicationsFactoryStays() throws Exception {
        try (ConfigurableApplicationContext context = Broker.RABBIT.start(ApplicationWithFactory.class, directories,
                NOT_STARTED)) {
            checkResolverAndValidator(context);
        }
    }

    private static void checkResolverAndValidator(ConfigurableApplicationContext context) throws Exception {
        Claim claim = publish(context);
        deliver(context, "customer", message(context, new Order(1, claim)));
        assertThat(context.getBean(Deliveries.class).await(1)).extracting(Deliveries.Delivery::listener)
                .containsExactly("resolved");
        assertThatThrownBy(() -> deliver(context, "customer", message(context, new Order(-1, claim))))
                .hasCauseInstanceOf(MethodArgumentNotValidException.class);
        assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
    }

    private static Claim publish(ConfigurableApplicationContext context) {
        return context.getBean(Claims.class).publish(Content.of(new byte[]{ 5, 6, 7 }),
                ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)));
    }

    private static Message message(ConfigurableApplicationContext context, Order order) {
        return context.getBean(MessageConverter.class).toMessage(order, new MessageProperties());
    }

    private static Message text(String text) {
        return MessageBuilder.withBody(text.getBytes(StandardCharsets.UTF_8))
                .setContentType(MessageProperties.CONTENT_TYPE_TEXT_PLAIN).build();
    }

    /** What a container does with a message that has come. */
    private static void deliver(ConfigurableApplicationContext context, String id, Message message) throws Exception {
        AbstractMessageListenerContainer container = Objects.requireNonNull((AbstractMessageListenerContainer) context
                .getBean(RabbitListenerEndpointRegistry.class).getListenerContainer(id));
        Objects.requireNonNull((ChannelAwareMessageListener) container.getMessageListener()).onMessage(message, null);
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

        /** It trusts the package of the messages: a listener with a link has two parameters, and the header says the type. */
        @Bean
        MessageConverter messageConverter(JsonMapper mapper) {
            return new JacksonJsonMessageConverter(mapper, Order.class.getPackageName());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class ApplicationWithResolver {

        @Bean
        RabbitListenerConfigurer resolver(Validator validator) {
            return registrar -> {
                registrar.setCustomMethodArgumentResolvers(new Customer.Resolver());
                registrar.setValidator(validator);
            };
        }

        @Bean
        CustomerListener customers(Deliveries deliveries) {
            return new CustomerListener(deliveries);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class ApplicationWithFactory {

        @Bean
        RabbitListenerConfigurer factory(Validator validator) {
            return registrar -> {
                AmqpMessageHandlerMethodFactory factory = new AmqpMessageHandlerMethodFactory();
                factory.setCustomArgumentResolvers(List.of(new Customer.Resolver()));
                factory.setMessageConverter(new GenericMessageConverter());
                factory.setValidator(validator);
                factory.afterPropertiesSet();
                registrar.setMessageHandlerMethodFactory(factory);
            };
        }

        @Bean
        CustomerListener customers(Deliveries deliveries) {
            return new CustomerListener(deliveries);
        }
    }

    static final class Listeners {

        final List<String> texts = new ArrayList<>();
        private final Deliveries deliveries;

        Listeners(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @RabbitListener(id = "order", queues = "orders")
        void order(Order order, @OpenClaim ResourceLink link) {
            deliveries.add("order", order.number(), link);
        }

        @RabbitListener(id = "linkOnly", queues = "links")
        void linkOnly(@OpenClaim ResourceLink link) {
            deliveries.add("linkOnly", 0, link);
        }

        @RabbitListener(id = "text", queues = "texts")
        void text(String text) {
            texts.add(text);
        }
    }

    static final class CustomerListener {

        private final Deliveries deliveries;

        CustomerListener(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @RabbitListener(id = "customer", queues = "customers")
        void order(@Valid Order order, Customer customer, @OpenClaim ResourceLink link) {
            deliveries.add(customer.name(), order.number(), link);
        }
    }
}
