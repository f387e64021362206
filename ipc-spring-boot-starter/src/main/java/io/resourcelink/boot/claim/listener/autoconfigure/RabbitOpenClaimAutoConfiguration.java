package io.resourcelink.boot.claim.listener.autoconfigure;

import org.springframework.amqp.listener.adapter.AmqpMessageHandlerMethodFactory;
import org.springframework.amqp.rabbit.annotation.RabbitListenerConfigurer;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistrar;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.validation.Validator;

import io.resourcelink.boot.claim.listener.AsyncReturn;

/**
 * Auto-configuration of {@link io.resourcelink.boot.claim.listener.OpenClaim @OpenClaim} in methods with {@code @RabbitListener}. Spring
 * AMQP calls configurers in the order of their bean definitions. This one is to come last, after those of the application,
 * whose factory, resolvers and validator it keeps.
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(RabbitListenerConfigurer.class)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
public final class RabbitOpenClaimAutoConfiguration {

    RabbitOpenClaimAutoConfiguration() {}

    @Bean
    RabbitListenerConfigurer openClaimRabbitListenerConfigurer(ConfigurableListableBeanFactory beans) {
        return registrar -> HandlerMethodFactories.open(beans, registrar.getMessageHandlerMethodFactory(),
                () -> defaultFactory(registrar, beans), AsyncReturn.PASS, registrar::setMessageHandlerMethodFactory);
    }

    /** Takes the validator away from the registrar, which refuses a factory beside one. */
    @SuppressWarnings("NullAway")
    private static MessageHandlerMethodFactory defaultFactory(RabbitListenerEndpointRegistrar registrar,
            ConfigurableListableBeanFactory beans) {
        Validator validator = registrar.getValidator();
        registrar.setValidator(null);
        return HandlerMethodFactories.prepare(new AmqpMessageHandlerMethodFactory(),
                new DefaultFormattingConversionService(),
                registrar.getCustomMethodArgumentResolvers(), validator, beans);
    }
}
